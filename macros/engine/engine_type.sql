{#- The engine's name for one of our column types (varchar, integer, bigint, double, boolean, date, timestamp). -#}
{% macro engine_type(type) -%}
    {{ return(adapter.dispatch('engine_type')(type)) }}
{%- endmacro %}

{% macro default__engine_type(type) -%}
    {{ return('string' if type == 'varchar' else type) }}
{%- endmacro %}

{% macro duckdb__engine_type(type) -%}
    {{ return(type) }}
{%- endmacro %}
