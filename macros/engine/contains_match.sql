{#- Whether a regular expression matches anywhere in a text. -#}
{% macro contains_match(value, pattern) -%}
    {{ adapter.dispatch('contains_match')(value, pattern) }}
{%- endmacro %}

{% macro duckdb__contains_match(value, pattern) -%}
    regexp_matches({{ value }}, '{{ pattern }}')
{%- endmacro %}

{% macro default__contains_match(value, pattern) -%}
    ({{ value }} rlike '{{ spark_pattern(pattern) }}')
{%- endmacro %}
