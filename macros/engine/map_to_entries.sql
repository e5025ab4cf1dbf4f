{#- A map as a list of structs with the fields `key` and `value`. -#}
{% macro map_to_entries(map) -%}
    map_entries({{ map }})
{%- endmacro %}
