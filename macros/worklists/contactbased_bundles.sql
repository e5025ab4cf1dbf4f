{#- The enrichment bundles of ContactBased that there is a stream for, with underscores (variable `streams` of dbt_project.yml). -#}
{% macro contactbased_bundles() -%}
    {{ return(var('streams').contactbased.enrichments.bundles) }}
{%- endmacro %}

{#- The bundle that an endpoint of ContactBased enriches with; NULL for any other endpoint. -#}
{% macro contactbased_bundle(endpoint) -%}
    case
        when {{ endpoint }} in ('contactbased.enrich_{{ contactbased_bundles() | join("', 'contactbased.enrich_") }}')
            then replace({{ endpoint }}, 'contactbased.enrich_', '')
    end
{%- endmacro %}
