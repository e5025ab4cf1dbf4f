-- Grain: one row per first-party line that could not be read.
with source as (

    select * from {{ source('contactable', 'rejected_rows') }}

),

final as (

    select
        source_file,
        line_number,
        rule,
        reason,
        rejected_at
    from source

)

select * from final
