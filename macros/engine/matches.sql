{#- Whether the whole text fits a regular expression. -#}
{% macro matches(value, pattern) -%}
    {{ adapter.dispatch('matches')(value, pattern) }}
{%- endmacro %}

{% macro duckdb__matches(value, pattern) -%}
    regexp_full_match({{ value }}, '{{ pattern }}')
{%- endmacro %}

{#- \z and not $: Java's $ also matches before a last line feed. -#}
{% macro default__matches(value, pattern) -%}
    ({{ value }} rlike '^({{ spark_pattern(pattern) }})\\z')
{%- endmacro %}
