-- Grain: one row: what the gate on intent_signals looks at.
with signals as (

    select * from {{ ref('intent_signals') }}

),

contacts as (

    select * from {{ ref('contacts') }}

),

clock as (

    select {{ now_utc() }} as now_at

),

measured as (

    select
        count(*) as row_count,
        {{ count_where('signals.signal_key is null or signals.contact_key is null or signals.topic_key is null') }} as null_keys,
        {{ count_where('signals.score not between 0 and 100') }} as scores_out_of_range,
        {{ count_where('signals.score is null') }} * 1.0 / nullif(count(*), 0) as unscored_share,
        {{ count_where('cast(signals.signal_date as timestamp) > ' ~ add_days('clock.now_at', 1)) }} as future_signals,
        {{ count_where("signals.hem_type = 'unknown'") }} * 1.0 / nullif(count(*), 0) as unknown_hem_share,
        max(signals.last_observed_at) as newest_at
    from signals
    cross join clock

),

duplicates as (

    {{ measure_duplicates('signals', ['signal_key']) }}

),

orphans as (

    {{ measure_orphans('signals') }}

),

publication as (

    {{ measure_publication('intent_signals') }}

),

final as (

    select
        measured.row_count,
        measured.null_keys,
        duplicates.duplicate_keys,
        orphans.orphan_contacts,
        measured.scores_out_of_range,
        measured.unscored_share,
        measured.future_signals,
        measured.unknown_hem_share,
        measured.newest_at,
        publication.published_rows,
        (measured.row_count - publication.published_rows) * 1.0 / nullif(publication.published_rows, 0) as volume_change
    from measured
    cross join duplicates
    cross join orphans
    cross join publication

)

select * from final
