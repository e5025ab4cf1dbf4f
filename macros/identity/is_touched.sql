{#- A condition: the row belongs to what this resolve looks at. `column` holds evidence ids (`touched`
    int_identity__touched_evidence or int_identity__scope) or nodes (int_identity__touched_nodes). -#}
{% macro is_touched(column, touched) -%}
    {%- if resolves_everything() -%}
        true
    {%- else -%}
        {%- set name = 'node' if touched == 'int_identity__touched_nodes' else 'evidence_id' -%}
        {{ column }} in (select {{ name }} from {{ adapter.get_relation(this.database, this.schema, touched) }})
    {%- endif -%}
{%- endmacro %}
