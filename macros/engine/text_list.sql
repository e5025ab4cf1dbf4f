{#- A list of one text. -#}
{% macro text_list(value) -%}
    {{ adapter.dispatch('text_list')(value) }}
{%- endmacro %}

{% macro duckdb__text_list(value) -%}
    [{{ value }}]
{%- endmacro %}

{% macro default__text_list(value) -%}
    array({{ value }})
{%- endmacro %}
