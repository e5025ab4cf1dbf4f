-- Grain: one row per request ever made of a vendor, as the journal keeps it.
with requests as (

    select * from {{ ref('stg_contactable__requests') }}

),

final as (

    select
        request_id,
        run_id,
        vendor,
        endpoint,
        product,
        stream,
        wave,
        state,
        status_code,
        error_rule,
        attempt,
        server_errors,
        extraction_id,
        page,
        subjects_asked,
        credits_quoted,
        credits_charged,
        money_quoted,
        money_charged,
        billing,
        subjects_matched,
        records_returned,
        records_reserved,
        reserved_at,
        sent_at,
        settled_at
    from requests

)

select * from final
