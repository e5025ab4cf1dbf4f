-- Grain: one row: what the gate on vendor_requests looks at.
with requests as (

    select * from {{ ref('vendor_requests') }}

),

vendor_spend as (

    select * from {{ ref('vendor_spend') }}

),

measured as (

    select
        count(*) as row_count,
        {{ count_where('request_id is null or vendor is null or endpoint is null') }} as null_keys,
        {{ count_where("state is null or state not in ('reserved', 'settled', 'refused', 'failed', 'ambiguous')") }}
            as unknown_states,
        {{ count_where("state = 'ambiguous'") }} as ambiguous_requests,
        {{ count_where('credits_charged < 0 or credits_quoted < 0') }} as negative_credits,
        {{ count_where('credits_charged > credits_quoted') }} as overcharged_requests
    from requests

),

booked as (

    select
        sum(cast(coalesce(credits_charged, 0) as decimal(18, 6))) as credits,
        sum(case when coalesce(credits_charged, 0) = 0 then 0 else coalesce(money_charged, 0) end) as money
    from requests

),

shared as (

    select
        sum(credits_charged) as credits,
        sum(coalesce(money_charged, 0)) as money
    from vendor_spend

),

-- What vendor_spend shares out is what the ledger holds.
conservation as (

    select
        cast(abs(coalesce(booked.credits, 0) - coalesce(shared.credits, 0)) as double) as unshared_credits,
        cast(abs(coalesce(booked.money, 0) - coalesce(shared.money, 0)) as double) as unshared_money
    from booked
    cross join shared

),

duplicates as (

    {{ measure_duplicates('requests', ['request_id']) }}

),

final as (

    select
        measured.row_count,
        measured.null_keys,
        duplicates.duplicate_keys,
        measured.unknown_states,
        measured.ambiguous_requests,
        measured.negative_credits,
        measured.overcharged_requests,
        conservation.unshared_credits,
        conservation.unshared_money
    from measured
    cross join duplicates
    cross join conservation

)

select * from final
