-- Grain: one row per reading of a vendor's own book: what the vendor says that we owe, beside what our ledger says.
--
-- records_pool (ContactBased's balance): used and reserved in the vendor's period, beside our exports of that period up to that
-- moment; only exports draw on the pool (documented). Others may use the same account.
-- records_enriched (ExactBuyer): the count in each answer, which is what it charges (documented), beside what we booked for that
-- request and the contacts in the answer. If count and contacts differ neither is trusted, and the call was booked as quoted.
with readings as (

    select * from {{ ref('int_operations__book_readings') }}

),

balances as (

    select * from {{ ref('stg_contactbased__credit_balances') }}

),

requests as (

    select * from {{ ref('vendor_requests') }}

),

exports as (

    select
        sent_at,
        case when state in ('reserved', 'ambiguous') then 0 else coalesce(credits_charged, 0) end as credits_charged,
        case when state in ('reserved', 'ambiguous') then coalesce(credits_quoted, 0) else 0 end as credits_unknown
    from requests
    where
        vendor = 'contactbased'
        and product = 'exports'

),

pool_ledger as (

    select
        balances.record_id,
        sum(exports.credits_charged) as ledger_says,
        sum(exports.credits_unknown) as ledger_unknown
    from balances
    inner join exports
        on
            balances.fetched_at >= exports.sent_at
            and (balances.period_start is null or cast(balances.period_start as timestamp) <= exports.sent_at)
    group by balances.record_id

),

compared as (

    select
        readings.record_id,
        readings.vendor,
        readings.book,
        readings.request_id,
        readings.read_at,
        readings.vendor_says,
        readings.records_found,
        readings.is_redacted,
        balances.period_start,
        balances.period_end,
        balances.records_limit,
        balances.records_used,
        balances.records_reserved,
        balances.records_remaining,
        case
            when readings.book = 'records_pool' then coalesce(pool_ledger.ledger_says, 0)
            else coalesce(requests.credits_charged, requests.credits_quoted, 0)
        end as ledger_says,
        coalesce(pool_ledger.ledger_unknown, 0) as ledger_unknown
    from readings
    left join balances on readings.record_id = balances.record_id
    left join pool_ledger on readings.record_id = pool_ledger.record_id
    left join requests on readings.request_id = requests.request_id

),

final as (

    select
        record_id,
        vendor,
        book,
        request_id,
        read_at,
        period_start,
        period_end,
        records_limit,
        records_used,
        records_reserved,
        records_remaining,
        case when book = 'records_pool' then ledger_says end as ledger_used,
        case when book = 'records_pool' then vendor_says - ledger_says end as others_used,
        vendor_says,
        ledger_says,
        ledger_unknown,
        records_found,
        case when not is_redacted then vendor_says - ledger_says end as difference,
        case
            when is_redacted then 'somebody was erased'
            when book = 'records_enriched' and records_found <> vendor_says then 'the vendor contradicts itself'
            when vendor_says = ledger_says then 'agrees'
            when book = 'records_enriched' then 'our ledger differs'
            when vendor_says < ledger_says then 'our ledger books too much'
            when vendor_says - ledger_says <= ledger_unknown then 'exports of unknown outcome'
            else 'others use the account'
        end as explanation,
        is_redacted or (vendor_says = ledger_says and coalesce(records_found, vendor_says) = vendor_says) as is_agreed
    from compared

)

select * from final
