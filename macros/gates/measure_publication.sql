{#- A complete select of one number: rows of a table in the last publication; NULL before the first. -#}
{% macro measure_publication(table_name) -%}
    select max_by(row_count, published_at) as published_rows
    from {{ ref('stg_contactable__publications') }}
    where table_name = '{{ table_name }}'
{%- endmacro %}
