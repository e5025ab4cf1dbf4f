{#- The quote of one question, from `billing_quotes` joined as `billing`.

    `records`: SQL for the most records that the question can bring, or null where only the endpoint's own most is known. -#}
{% macro quoted_credits(records='null') -%}
    billing.credits_per_question + billing.credits_per_record * coalesce({{ records }}, billing.records_per_question)
{%- endmacro %}
