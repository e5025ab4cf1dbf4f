{#- What a group of a regular expression holds where it first matches; empty text where it does not. -#}
{% macro first_match(value, pattern, group) -%}
    {{ adapter.dispatch('first_match')(value, pattern, group) }}
{%- endmacro %}

{% macro duckdb__first_match(value, pattern, group) -%}
    regexp_extract({{ value }}, '{{ pattern }}', {{ group }})
{%- endmacro %}

{% macro default__first_match(value, pattern, group) -%}
    regexp_extract({{ value }}, '{{ spark_pattern(pattern) }}', {{ group }})
{%- endmacro %}
