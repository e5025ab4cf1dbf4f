{#- The text of one JSON value: by default of the whole value, else at a path ($.a.b). NULL where it is absent or null.
    The input must be valid JSON or NULL. -#}
{% macro json_text(value, path='$') -%}
    {{ adapter.dispatch('json_text')(value, path) }}
{%- endmacro %}

{% macro duckdb__json_text(value, path) -%}
    json_extract_string({{ value }}, '{{ path }}')
{%- endmacro %}

{% macro default__json_text(value, path) -%}
    get_json_object({{ value }}, '{{ path }}')
{%- endmacro %}
