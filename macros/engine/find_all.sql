{#- Every match of a regular expression in a text, as a list in order; empty where there is none. -#}
{% macro find_all(value, pattern) -%}
    {{ adapter.dispatch('find_all')(value, pattern) }}
{%- endmacro %}

{% macro duckdb__find_all(value, pattern) -%}
    regexp_extract_all({{ value }}, '{{ pattern }}')
{%- endmacro %}

{% macro default__find_all(value, pattern) -%}
    regexp_extract_all({{ value }}, '{{ spark_pattern(pattern) }}', 0)
{%- endmacro %}
