-- Grain: one row per question that was refused, by us before sending or by the vendor.
with source as (

    select * from {{ source('contactable', 'rejected_subjects') }}

),

final as (

    select
        question_key,
        endpoint,
        vendor,
        {{ reported_stream('stream', 'endpoint') }} as stream,
        rule,
        reason,
        rejected_at
    from source

)

select * from final
