{#- How a replacement names a group of its regular expression. -#}
{% macro group_reference(group) -%}
    {{ return(adapter.dispatch('group_reference')(group)) }}
{%- endmacro %}

{% macro duckdb__group_reference(group) -%}
    {{ return('\\' ~ group) }}
{%- endmacro %}

{% macro default__group_reference(group) -%}
    {{ return('$' ~ group) }}
{%- endmacro %}
