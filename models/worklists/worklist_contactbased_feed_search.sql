-- Grain: one row per wanted feed whose totals are due.
{{ config(tags=['wave_discover']) }}

with feeds as (

    select * from {{ ref('int_worklists__feeds') }}

),

candidates as (

    select
        'feed' as subject_type,
        feeds.feed_id as subject_value,
        true as is_first_party,
        cast(null as timestamp) as newest_at,
        {{ options_json({'lookback_days': 'feeds.lookback_days', 'include_daily_counts': 'true'}) }} as options
    from feeds

),

final as (

    {{ due_subjects('candidates', 'contactbased.feed_search') }}

)

select * from final
