-- Grain: one row: the books of staging, over all streams.
with conservation as (

    select * from {{ ref('record_conservation') }}

),

final as (

    select
        count(*) as stream_count,
        cast(coalesce(sum(landed), 0) as bigint) as landed,
        cast(coalesce(sum(staged), 0) as bigint) as staged,
        cast(coalesce(sum(quarantined), 0) as bigint) as quarantined,
        cast(coalesce(sum(duplicates), 0) as bigint) as duplicates,
        cast(coalesce(sum(abs(landed - staged - quarantined - duplicates)), 0) as bigint) as difference,
        cast(coalesce(sum(abs(answers_received - answers_accounted)), 0) as bigint) as unaccounted_answers,
        cast(coalesce(sum(abs(values_given - values_read - values_quarantined)), 0) as bigint) as unaccounted_values,
        sum(quarantined) * 1.0 / nullif(sum(landed), 0) as quarantined_share
    from conservation

)

select * from final
