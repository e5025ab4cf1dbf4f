{#- The first element of a list; NULL for an empty or NULL list. -#}
{% macro first_element(list) -%}
    {{ nth_element(list, 1) }}
{%- endmacro %}
