-- Grain: one row per request ever made.
with source as (

    select * from {{ source('contactable', 'journal_requests') }}

),

final as (

    select
        request_id,
        run_id,
        vendor,
        endpoint,
        product,
        {{ reported_stream('stream', 'endpoint') }} as stream,
        wave,
        state,
        attempt,
        server_errors,
        extraction_id,
        page,
        subjects_asked,
        credits_quoted,
        credits_charged,
        cast(money_quoted_micros / 1000000.0 as decimal(18, 6)) as money_quoted,
        cast(money_charged_micros / 1000000.0 as decimal(18, 6)) as money_charged,
        billing,
        subjects_matched,
        records_returned,
        records_reserved,
        status_code,
        error_rule,
        reserved_at,
        sent_at,
        settled_at
    from source

)

select * from final
