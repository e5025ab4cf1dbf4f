{#- A list of structs, from a list of mappings (field -> SQL) that all have the same fields in the same order and types. -#}
{% macro struct_list(rows) -%}
    {{ adapter.dispatch('struct_list')(rows) }}
{%- endmacro %}

{% macro duckdb__struct_list(rows) -%}
    [
        {%- for row in rows %}
        struct_pack({% for name, value in row.items() %}{{ name }} := {{ value }}{{ ', ' if not loop.last }}{% endfor %}){{ ',' if not loop.last }}
        {%- endfor %}
    ]
{%- endmacro %}

{% macro default__struct_list(rows) -%}
    array(
        {%- for row in rows %}
        named_struct({% for name, value in row.items() %}'{{ name }}', {{ value }}{{ ', ' if not loop.last }}{% endfor %}){{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
