{#- A mobile advertising id: lower case (Android writes it so, Apple in capitals). -#}
{% macro normalise_maid(value) -%}
    nullif(lower(trim({{ value }})), '')
{%- endmacro %}
