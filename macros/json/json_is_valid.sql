{#- Whether a text is JSON that can be parsed. Every parse is guarded by it: from_json raises on text that is not JSON. -#}
{% macro json_is_valid(value) -%}
    {{ adapter.dispatch('json_is_valid')(value) }}
{%- endmacro %}

{% macro duckdb__json_is_valid(value) -%}
    coalesce(json_valid({{ value }}), false)
{%- endmacro %}

{% macro default__json_is_valid(value) -%}
    (get_json_object({{ value }}, '$') is not null)
{%- endmacro %}
