{#- A complete select: what identity remembered at the end of earlier resolves, from one of its state tables, before this one
    adds to it. The table is read by name, not by ref(): it is built later in the same run, of what is decided here. Where
    there is none yet, no rows of the same `columns` (name -> type). -#}
{% macro identity_state(table_name, columns, condition='true') -%}
    {%- set state = adapter.get_relation(this.database, this.schema, table_name) -%}
    {%- if state -%}
        select {{ columns | join(', ') }} from {{ state }} where {{ condition }}
    {%- else -%}
        select
            {%- for name, type in columns.items() %}
                cast(null as {{ engine_type(type) }}) as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        where 1 = 0
    {%- endif -%}
{%- endmacro %}
