{#- A complete select: one row per element of a list, with the listed columns of its relation, the element as `item` and its
    place as `ordinal` (from 1). A NULL or empty list gives no row. -#}
{% macro unnest_list(relation, list, columns) -%}
    {{ adapter.dispatch('unnest_list')(relation, list, columns) }}
{%- endmacro %}

{% macro duckdb__unnest_list(relation, list, columns) -%}
    select
        {{ columns | join(', ') }},
        unnest({{ list }}) as item,
        unnest(range(1, len({{ list }}) + 1)) as ordinal
    from {{ relation }}
{%- endmacro %}

{% macro default__unnest_list(relation, list, columns) -%}
    select
        {{ columns | join(', ') }},
        item,
        place + 1 as ordinal
    from {{ relation }}
    lateral view posexplode({{ list }}) elements as place, item
{%- endmacro %}
