-- Grain: one row per ContactBased feed that the configuration wants: the listed ids, or every feed of the latest reading.
-- The look-back is the configured one, at most what the feed allows (a longer one is refused with 403), and ends today.
with settings as (

    select * from {{ ref('stg_contactable__settings') }}
    where setting = 'contactbased.feeds'

),

listings as (

    select * from {{ ref('stg_contactbased__feeds') }}

),

saved as (

    select * from {{ ref('stg_contactbased__feed_previews') }}

),

totals as (

    select * from {{ ref('stg_contactbased__feed_totals') }}

),

wanted as (

    select {{ json_text('value') }} as feed_id from settings

),

-- A feed that we have just saved is not on any list yet.
readings as (

    select
        feed_id,
        max_lookback_days,
        fetched_at
    from listings

    union all

    select
        feed_id,
        cast(null as integer) as max_lookback_days,
        fetched_at
    from saved
    where feed_id is not null

),

latest as (

    select
        feed_id,
        max_by(max_lookback_days, fetched_at) as max_lookback_days,
        max(fetched_at) as read_at
    from readings
    group by feed_id

),

newest as (

    select max(fetched_at) as read_at from listings

),

-- A list of many pages is read in one go: a feed that is missing from it has not been seen for hours, not for seconds.
listed as (

    select
        latest.feed_id,
        latest.max_lookback_days
    from latest
    cross join newest
    where latest.read_at >= {{ dbt.dateadd('hour', '-1', 'newest.read_at') }}

),

known_totals as (

    select
        feed_id,
        max_by(total_records, fetched_at) as total_records
    from totals
    group by feed_id

),

chosen as (

    select
        listed.feed_id,
        listed.max_lookback_days
    from listed
    inner join wanted on wanted.feed_id = 'all'

    union

    select
        wanted.feed_id,
        latest.max_lookback_days
    from wanted
    left join latest on wanted.feed_id = latest.feed_id
    where wanted.feed_id <> 'all'

),

final as (

    select
        chosen.feed_id,
        least(
            {{ setting('contactbased.lookback_days', 'integer', 7) }},
            coalesce(chosen.max_lookback_days, {{ setting('contactbased.lookback_days', 'integer', 7) }})
        ) as lookback_days,
        known_totals.total_records
    from chosen
    left join known_totals on chosen.feed_id = known_totals.feed_id

)

select * from final
