-- Grain: one row per ContactBased feed and day: the vendor's own count, from its newest answer.
with totals as (

    select * from {{ ref('stg_contactbased__feed_daily_totals') }}

),

final as (

    select
        feed_id,
        signal_date,
        max_by(record_count, cast(fetched_at as {{ engine_type('varchar') }}) || record_id) as record_count,
        max(fetched_at) as counted_at
    from totals
    where
        feed_id is not null
        and signal_date is not null
    group by
        feed_id,
        signal_date

)

select * from final
