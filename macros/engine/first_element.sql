{#- The first element of a list; NULL for an empty or NULL list. -#}
{% macro first_element(list) -%}
    {{ adapter.dispatch('first_element')(list) }}
{%- endmacro %}

{% macro duckdb__first_element(list) -%}
    {{ list }}[1]
{%- endmacro %}

{% macro default__first_element(list) -%}
    {{ list }}[0]
{%- endmacro %}
