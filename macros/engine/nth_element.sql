{#- The element of a list at a place: 1 is the first, -1 the last; NULL where there is none. -#}
{% macro nth_element(list, place) -%}
    {{ adapter.dispatch('nth_element')(list, place) }}
{%- endmacro %}

{% macro duckdb__nth_element(list, place) -%}
    {{ list }}[{{ place }}]
{%- endmacro %}

{% macro default__nth_element(list, place) -%}
    try_element_at({{ list }}, {{ place }})
{%- endmacro %}
