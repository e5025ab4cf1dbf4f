{#- Number of elements of a list; NULL for NULL. -#}
{% macro list_size(list) -%}
    {{ adapter.dispatch('list_size')(list) }}
{%- endmacro %}

{% macro duckdb__list_size(list) -%}
    len({{ list }})
{%- endmacro %}

{% macro default__list_size(list) -%}
    size({{ list }})
{%- endmacro %}
