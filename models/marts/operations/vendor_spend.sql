-- Grain: one row per day (UTC), vendor and endpoint with at least one request.
with requests as (

    select * from {{ ref('vendor_requests') }}

),

final as (

    select
        cast(coalesce(sent_at, reserved_at) as date) as spent_on,
        vendor,
        endpoint,
        min(product) as product,
        min(wave) as wave,
        cast(count(*) as integer) as request_count,
        cast(sum(case when state = 'settled' then 1 else 0 end) as integer) as settled_count,
        cast(sum(case when state in ('refused', 'failed') then 1 else 0 end) as integer) as failed_count,
        cast(sum(case when state = 'ambiguous' then 1 else 0 end) as integer) as ambiguous_count,
        cast(sum(coalesce(subjects_asked, 0)) as integer) as subjects_asked,
        sum(coalesce(credits_quoted, 0)) as credits_quoted,
        sum(coalesce(credits_charged, 0)) as credits_charged,
        sum(case when state in ('reserved', 'ambiguous') then coalesce(credits_quoted, 0) else 0 end) as credits_at_risk
    from requests
    group by
        cast(coalesce(sent_at, reserved_at) as date),
        vendor,
        endpoint

)

select * from final
