-- Grain: one row per endpoint and reason with questions that are due now: what the next run would ask first, and at what cost.
with due as (

    select * from {{ ref('due_questions') }}

),

settings as (

    select * from {{ ref('stg_contactable__settings') }}

),

declared as (

    select
        {{ json_text('value', '$.endpoint') }} as endpoint,
        {{ json_text('value', '$.vendor') }} as vendor,
        {{ json_text('value', '$.product') }} as product,
        {{ json_text('value', '$.wave') }} as wave,
        cast({{ json_text('value', '$.batch_size') }} as integer) as batch_size,
        cast({{ json_text('value', '$.credits_per_call') }} as double) as credits_per_call
    from settings
    where setting = 'endpoints.declared'

),

prices as (

    select
        {{ json_text('value', '$.endpoint') }} as endpoint,
        cast({{ json_text('value', '$.price_per_credit') }} as decimal(18, 6)) as price_per_credit
    from settings
    where setting = 'prices.endpoints'

),

by_reason as (

    select
        endpoint,
        reason,
        count(*) as subjects,
        sum(coalesce(credits_quoted, 0)) as credits_quoted,
        min(priority) as first_priority
    from due
    group by endpoint, reason

),

running as (

    select
        by_reason.*,
        declared.vendor,
        declared.product,
        declared.wave,
        coalesce(declared.batch_size, 1) as batch_size,
        coalesce(declared.credits_per_call, 0) as credits_per_call,
        prices.price_per_credit,
        sum(by_reason.subjects) over (
            partition by by_reason.endpoint
            order by by_reason.first_priority, by_reason.reason
            rows between unbounded preceding and current row
        ) as subjects_until
    from by_reason
    inner join declared on by_reason.endpoint = declared.endpoint
    left join prices on by_reason.endpoint = prices.endpoint

),

called as (

    select
        *,
        ceil(subjects_until * 1.0 / batch_size) - ceil((subjects_until - subjects) * 1.0 / batch_size) as calls
    from running

),

-- Questions carry their part of a full call's price; a smaller call costs it all the same.
priced as (

    select
        endpoint,
        reason,
        vendor,
        product,
        wave,
        subjects,
        calls,
        price_per_credit,
        first_priority,
        credits_quoted + credits_per_call * (calls - subjects * 1.0 / batch_size) as credits_quoted
    from called

),

final as (

    select
        endpoint,
        reason,
        vendor,
        product,
        wave,
        cast(subjects as bigint) as subjects,
        cast(calls as bigint) as calls,
        cast(credits_quoted as decimal(18, 6)) as credits_quoted,
        price_per_credit,
        cast(case when credits_quoted = 0 then 0 else credits_quoted * price_per_credit end as decimal(18, 6)) as money_quoted,
        {{ setting('prices.currency', engine_type('varchar')) }} as currency,
        cast(first_priority as integer) as first_priority
    from priced

)

select * from final
