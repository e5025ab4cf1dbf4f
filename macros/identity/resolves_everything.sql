{#- Resolving only what new records touch, and everything where that is not enough.

    int_identity__plan decides, once a resolve, and every identity model asks it here when it is compiled: the same SQL stands in
    both cases, with or without a filter on what was touched. A table that grows this way is incremental with the strategy
    `append`, reads its inputs `where is_touched(...)`, and takes out what it will write again with forget_touched(...).

    This macro: whether this resolve looks at everything (true or false). Also true where nothing is run: while
    parsing, in unit tests (which have no `this`).
-#}
{% macro resolves_everything() -%}
    {%- set plan = adapter.get_relation(this.database, this.schema, 'int_identity__plan') if execute and this else none -%}
    {%- if plan is none -%}
        {{ return(true) }}
    {%- endif -%}
    {%- set plans = run_query('select is_full from ' ~ plan).columns[0].values() -%}
    {{ return(plans | length == 0 or plans[0]) }}
{%- endmacro %}
