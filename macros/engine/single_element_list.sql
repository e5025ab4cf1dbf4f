{#- A list of one JSON text. -#}
{% macro single_element_list(value) -%}
    {{ adapter.dispatch('single_element_list')(value) }}
{%- endmacro %}

{% macro duckdb__single_element_list(value) -%}
    [cast({{ value }} as json)]
{%- endmacro %}

{% macro default__single_element_list(value) -%}
    array({{ value }})
{%- endmacro %}
