{#- The engine's name for one of our column types (varchar, integer, bigint, double, boolean, date, timestamp, a list of
    texts, a list of phones with their Do-Not-Call flag). -#}
{% macro engine_type(type) -%}
    {{ return(adapter.dispatch('engine_type')(type)) }}
{%- endmacro %}

{% macro default__engine_type(type) -%}
    {% set names = {
        'varchar': 'string',
        'varchar[]': 'array<string>',
        'struct(phone varchar, is_dnc boolean)[]': 'array<struct<phone:string,is_dnc:boolean>>',
    } %}
    {{ return(names.get(type, type)) }}
{%- endmacro %}

{% macro duckdb__engine_type(type) -%}
    {{ return(type) }}
{%- endmacro %}
