-- Grain: one row: what the gate on vendor_requests looks at.
with requests as (

    select * from {{ ref('vendor_requests') }}

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
        measured.overcharged_requests
    from measured
    cross join duplicates

)

select * from final
