{#- The place of a question in its worklist, from 1, the most valuable first: budgets end at the end of it. Our own list before
    discovery, then the strongest intent, then the newest; the key decides between equals, so that every run orders alike. -#}
{% macro purchase_order(partition_by=none) -%}
    cast(
        row_number() over (
            {% if partition_by %}partition by {{ partition_by }}{% endif %}
            order by is_first_party desc, intent_score desc nulls last, newest_at desc nulls last, question_key
        ) as integer
    )
{%- endmacro %}
