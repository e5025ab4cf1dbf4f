{#- The last element of a list; NULL for an empty or NULL list. -#}
{% macro last_element(list) -%}
    {{ adapter.dispatch('last_element')(list) }}
{%- endmacro %}

{% macro duckdb__last_element(list) -%}
    {{ list }}[-1]
{%- endmacro %}

{% macro default__last_element(list) -%}
    element_at({{ list }}, -1)
{%- endmacro %}
