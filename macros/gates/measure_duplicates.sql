{#- A complete select of one number: keys that more than one row carries. -#}
{% macro measure_duplicates(relation, columns) -%}
    select count(*) as duplicate_keys
    from (
        select {{ columns | join(', ') }}
        from {{ relation }}
        group by {{ columns | join(', ') }}
        having count(*) > 1
    ) as repeated
{%- endmacro %}
