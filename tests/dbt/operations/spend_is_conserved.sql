-- What vendor_spend shares out by outcome is what the ledger holds, to the last millionth: requests, subjects, credits and money,
-- by run and endpoint. Nothing is added where nothing has a price.
with ledger as (

    select
        run_id,
        endpoint,
        count(*) as request_count,
        sum(coalesce(subjects_asked, 0)) as subjects_asked,
        sum(cast(coalesce(credits_quoted, 0) as decimal(18, 6))) as credits_quoted,
        sum(cast(coalesce(credits_charged, 0) as decimal(18, 6))) as credits_charged,
        sum(cast(case when state in ('reserved', 'ambiguous') then coalesce(credits_quoted, 0) else 0 end as decimal(18, 6)))
            as credits_at_risk,
        sum(case when coalesce(credits_quoted, 0) = 0 then 0 else coalesce(money_quoted, 0) end) as money_quoted,
        sum(case when coalesce(credits_charged, 0) = 0 then 0 else coalesce(money_charged, 0) end) as money_charged,
        sum(cast(case when credits_charged > 0 and money_charged is null then credits_charged else 0 end as decimal(18, 6)))
            as unpriced_credits
    from {{ ref('vendor_requests') }}
    group by run_id, endpoint

),

shared as (

    select
        run_id,
        endpoint,
        sum(request_count) as request_count,
        sum(subjects_asked) as subjects_asked,
        sum(credits_quoted) as credits_quoted,
        sum(credits_charged) as credits_charged,
        sum(credits_at_risk) as credits_at_risk,
        coalesce(sum(money_quoted), 0) as money_quoted,
        coalesce(sum(money_charged), 0) as money_charged,
        sum(unpriced_credits) as unpriced_credits
    from {{ ref('vendor_spend') }}
    group by run_id, endpoint

)

select
    coalesce(ledger.run_id, shared.run_id) as run_id,
    coalesce(ledger.endpoint, shared.endpoint) as endpoint
from ledger
full outer join shared on ledger.run_id = shared.run_id and ledger.endpoint = shared.endpoint
where
    ledger.run_id is null
    or shared.run_id is null
    {% for column in [
        'request_count', 'subjects_asked', 'credits_quoted', 'credits_charged', 'credits_at_risk', 'money_quoted', 'money_charged',
        'unpriced_credits',
    ] %}
        or ledger.{{ column }} <> shared.{{ column }}
    {% endfor %}
