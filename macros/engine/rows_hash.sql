{#- Aggregate: a number that shows whether a set of rows is the same, in any order: the sum of each row's hash, as text. `condition`
    (SQL text) limits the rows. NULL is a value of its own. -#}
{% macro rows_hash(columns, condition='true') -%}
    {{ adapter.dispatch('rows_hash')(columns, condition) }}
{%- endmacro %}

{% macro duckdb__rows_hash(columns, condition) -%}
    coalesce(cast(sum(case when {{ condition }} then hash({{ columns | join(', ') }}) end) as varchar), '0')
{%- endmacro %}

{% macro default__rows_hash(columns, condition) -%}
    coalesce(cast(sum(case when {{ condition }} then cast(xxhash64({{ columns | join(', ') }}) as decimal(38, 0)) end) as string), '0')
{%- endmacro %}
