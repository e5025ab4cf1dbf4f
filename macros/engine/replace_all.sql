{#- Every match of a regular expression replaced. -#}
{% macro replace_all(value, pattern, replacement) -%}
    {{ adapter.dispatch('replace_all')(value, pattern, replacement) }}
{%- endmacro %}

{% macro duckdb__replace_all(value, pattern, replacement) -%}
    regexp_replace({{ value }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{% macro default__replace_all(value, pattern, replacement) -%}
    regexp_replace({{ value }}, '{{ spark_pattern(pattern) }}', '{{ replacement }}')
{%- endmacro %}
