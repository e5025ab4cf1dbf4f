{#- Several lists as one, each value once, in the order of first appearance (vendors put the best first). -#}
{% macro join_lists(lists) -%}
    {{ adapter.dispatch('join_lists')(lists) }}
{%- endmacro %}

{% macro duckdb__join_lists(lists) -%}
    {%- set joined = 'flatten([' ~ lists | join(', ') ~ '])' -%}
    list_filter({{ joined }}, lambda member, place: list_position({{ joined }}, member) = place)
{%- endmacro %}

{% macro default__join_lists(lists) -%}
    array_distinct(concat({{ lists | join(', ') }}))
{%- endmacro %}
