-- Grain: one row: the books of staging, over all streams.
with conservation as (

    select * from {{ ref('record_conservation') }}

),

final as (

    select
        count(*) as stream_count,
        coalesce(sum(landed), 0) as landed,
        coalesce(sum(staged), 0) as staged,
        coalesce(sum(quarantined), 0) as quarantined,
        coalesce(sum(duplicates), 0) as duplicates,
        coalesce(sum(abs(landed - staged - quarantined - duplicates)), 0) as difference,
        coalesce(sum(abs(answers_received - answers_accounted)), 0) as unaccounted_answers,
        coalesce(sum(quarantined), 0) * 1.0 / nullif(sum(landed), 0) as quarantined_share
    from conservation

)

select * from final
