{#- The elements of a list of texts in order, each once, joined by a comma and a blank. NULL for an empty list. -#}
{% macro list_text(list) -%}
    {{ adapter.dispatch('list_text')(list) }}
{%- endmacro %}

{% macro duckdb__list_text(list) -%}
    nullif(array_to_string(list_sort(list_distinct({{ list }})), ', '), '')
{%- endmacro %}

{% macro default__list_text(list) -%}
    nullif(concat_ws(', ', sort_array(array_distinct({{ list }}))), '')
{%- endmacro %}
