-- Grain: one row per reading of a vendor's own balance: the vendor's use of the period beside our ledger's, up to that moment.
-- ContactBased alone tells a balance, its pool of records, which only exports draw on (documented). Others may use the same
-- account: what we did not buy is others_used, and a negative one means that our ledger books too much.
with balances as (

    select * from {{ ref('stg_contactbased__credit_balances') }}

),

requests as (

    select * from {{ ref('vendor_requests') }}
    where
        vendor = 'contactbased'
        and product = 'exports'
        and coalesce(credits_charged, 0) > 0

),

ledger as (

    select
        balances.record_id,
        sum(requests.credits_charged) as credits_charged
    from balances
    inner join requests
        on
            balances.fetched_at >= requests.sent_at
            and (balances.period_start is null or cast(balances.period_start as timestamp) <= requests.sent_at)
    group by balances.record_id

),

final as (

    select
        balances.record_id,
        balances.vendor,
        balances.fetched_at as read_at,
        balances.period_start,
        balances.period_end,
        balances.records_limit,
        balances.records_used,
        balances.records_reserved,
        balances.records_remaining,
        coalesce(ledger.credits_charged, 0) as ledger_used,
        coalesce(balances.records_used, 0) + coalesce(balances.records_reserved, 0) - coalesce(ledger.credits_charged, 0)
            as others_used
    from balances
    left join ledger on balances.record_id = ledger.record_id

)

select * from final
