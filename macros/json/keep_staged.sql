{#- A complete select: the rows of a base model that are staged, each record once.

    Quarantined rows stay behind. Of a record that came twice in one answer the first is kept; `across_pages` also looks for it on
    other pages of the same paged read (a vendor may send a page again). The others are counted as duplicates. `matches_only`
    leaves out the rows that stand for "asked, nothing there". -#}
{% macro keep_staged(relation, matches_only=false, across_pages=false) -%}
    select {{ base_columns() | join(', ') }}
    from (
        select
            {{ base_columns() | join(', ') }},
            {% if across_pages %}
                row_number() over (partition by record_id order by fetched_at, request_id, page, copy) as arrival
            {% else %}
                copy as arrival
            {% endif %}
        from {{ relation }}
        where
            quarantine_rule is null
            {% if matches_only %}and is_match{% endif %}
    ) as arrivals
    where arrival = 1
{%- endmacro %}
