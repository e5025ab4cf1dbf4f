{#- The engine's name for one of our column types (varchar, integer, bigint, double, boolean, date, timestamp, a list of
    texts, a list of phones with their Do-Not-Call flag). -#}
{% macro engine_type(type) -%}
    {{ return(adapter.dispatch('engine_type')(type)) }}
{%- endmacro %}

{% macro default__engine_type(type) -%}
    {% set names = {
        'varchar': 'string',
        'varchar[]': 'array<string>',
        'struct(phone varchar, dnc varchar)[]': 'array<struct<phone:string,dnc:string>>',
    } %}
    {{ return(names.get(type, type)) }}
{%- endmacro %}

{% macro duckdb__engine_type(type) -%}
    {{ return(type) }}
{%- endmacro %}
