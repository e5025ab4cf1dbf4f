{#- Whether a JSON object has a key, also where its value is null. -#}
{% macro json_has_key(object, key) -%}
    {{ adapter.dispatch('json_has_key')(object, key) }}
{%- endmacro %}

{% macro duckdb__json_has_key(object, key) -%}
    list_contains(json_keys({{ object }}), '{{ key }}')
{%- endmacro %}

{% macro default__json_has_key(object, key) -%}
    array_contains(json_object_keys({{ object }}), '{{ key }}')
{%- endmacro %}
