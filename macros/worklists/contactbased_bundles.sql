{#- The enrichment bundles of ContactBased that there is a stream for, with underscores. -#}
{% macro contactbased_bundles() -%}
    {{ return([
        'individual_core', 'emails', 'phones', 'location', 'professional', 'auto', 'interests', 'donor', 'household', 'purchases',
        'financial',
    ]) }}
{%- endmacro %}
