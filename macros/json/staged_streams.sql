{#- The streams that dbt_project.yml lists (variable `streams`), one mapping each: vendor, stream, has_misses, staged_in, reported_as (its
    names in the marts, see reported_stream). -#}
{% macro staged_streams() %}
    {%- set streams = [] -%}
    {%- for vendor, listed in var('streams').items() -%}
        {%- for stream, facts in listed.items() -%}
            {%- do streams.append({
                'vendor': vendor,
                'stream': stream,
                'has_misses': facts.has_misses | default(false),
                'staged_in': facts.staged_in | default([stream]),
                'reported_as': facts.bundles | default([stream]),
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(streams) }}
{% endmacro %}

{#- A stream as the marts name it, from its name and the endpoint that delivered: an enrichment goes by its bundle. -#}
{% macro reported_stream(stream, endpoint) -%}
    coalesce({{ contactbased_bundle(endpoint) }}, {{ stream }})
{%- endmacro %}
