{#- A complete select: what a question may cost at each endpoint that is asked, from the billing model in force. -#}
{% macro billing_quotes() -%}
    select
        {{ json_text('value', '$.endpoint') }} as endpoint,
        cast({{ json_text('value', '$.credits_per_question') }} as double) as credits_per_question,
        cast({{ json_text('value', '$.credits_per_record') }} as double) as credits_per_record,
        cast({{ json_text('value', '$.records_per_question') }} as double) as records_per_question
    from {{ ref('stg_contactable__settings') }}
    where setting = 'endpoints.declared'
{%- endmacro %}
