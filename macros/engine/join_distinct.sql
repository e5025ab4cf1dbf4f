{#- Aggregate: the distinct values of a text column in order, joined by commas. -#}
{% macro join_distinct(value) -%}
    {{ adapter.dispatch('join_distinct')(value) }}
{%- endmacro %}

{% macro duckdb__join_distinct(value) -%}
    string_agg(distinct {{ value }}, ',' order by {{ value }})
{%- endmacro %}

{% macro default__join_distinct(value) -%}
    concat_ws(',', sort_array(collect_set({{ value }})))
{%- endmacro %}
