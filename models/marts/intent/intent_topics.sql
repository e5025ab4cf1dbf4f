-- Grain: one row per topic of a vendor that was ever signalled, and per ContactBased feed, signalled or not.
with signals as (

    select * from {{ ref('intent_signals') }}

),

intent_hems as (

    select * from {{ ref('stg_bigdbm__intent_hems') }}

),

feed_totals as (

    select * from {{ ref('stg_contactbased__feed_totals') }}

),

feed_listings as (

    select * from {{ ref('stg_contactbased__feeds') }}

),

saved_feeds as (

    select * from {{ ref('stg_contactbased__feed_previews') }}
    where is_saved

),

-- A feed that we have just saved is not on any list yet.
feed_readings as (

    select
        feed_id,
        vendor,
        name,
        feed_type,
        query,
        fetched_at,
        record_id
    from feed_listings

    union all

    select
        feed_id,
        vendor,
        name,
        'free_text' as feed_type,
        query,
        fetched_at,
        record_id
    from saved_feeds

),

topic_readings as (

    select * from {{ ref('stg_leadpipe__topics') }}

),

leadpipe_topics as (

    select
        'leadpipe:' || cast(topic_id as {{ engine_type('varchar') }}) as topic_key,
        max_by(topic_name, cast(fetched_at as {{ engine_type('varchar') }}) || record_id) as topic_name
    from topic_readings
    where
        topic_id is not null
        and topic_name is not null
    group by topic_id

),

feeds as (

    select
        'contactbased:' || feed_id as topic_key,
        min(vendor) as vendor,
        max_by(name, cast(fetched_at as {{ engine_type('varchar') }}) || record_id) as topic_name,
        max_by(feed_type, cast(fetched_at as {{ engine_type('varchar') }}) || record_id) as feed_type,
        max_by(query, cast(fetched_at as {{ engine_type('varchar') }}) || record_id) as query
    from feed_readings
    where feed_id is not null
    group by feed_id

),

-- How much the vendor has, by its newest answer.
answers as (

    select distinct
        'bigdbm:keyword:' || lower(trim(keyword)) as topic_key,
        keyword_match_pool as vendor_records,
        cast(null as integer) as vendor_records_with_contact_id,
        window_start as vendor_window_start,
        window_end as vendor_window_end,
        api_version as vendor_api_version,
        fetched_at
    from intent_hems
    where keyword_match_pool is not null or api_version is not null

    union all

    select
        'contactbased:' || feed_id as topic_key,
        total_records as vendor_records,
        records_with_contact_id as vendor_records_with_contact_id,
        start_date as vendor_window_start,
        end_date as vendor_window_end,
        cast(null as {{ engine_type('varchar') }}) as vendor_api_version,
        fetched_at
    from feed_totals
    where feed_id is not null

),

ranked_answers as (

    select
        *,
        row_number() over (partition by topic_key order by fetched_at desc, vendor_records) as age
    from answers

),

signalled as (

    select
        topic_key,
        min(vendor) as vendor,
        cast(count(*) as integer) as signal_count,
        cast(count(distinct contact_key) as integer) as contact_count,
        min(signal_date) as first_signal_date,
        max(signal_date) as last_signal_date
    from signals
    group by topic_key

),

final as (

    select
        coalesce(signalled.topic_key, feeds.topic_key) as topic_key,
        coalesce(signalled.vendor, feeds.vendor) as vendor,
        case coalesce(signalled.vendor, feeds.vendor)
            when 'bigdbm' then 'keyword'
            when 'contactbased' then 'feed'
            else 'topic'
        end as topic_type,
        coalesce(
            feeds.topic_name,
            leadpipe_topics.topic_name,
            case
                when signalled.vendor = 'bigdbm' then replace(signalled.topic_key, 'bigdbm:keyword:', '')
                when signalled.vendor = 'leadpipe' then replace(signalled.topic_key, 'leadpipe:', 'Leadpipe topic ')
                else signalled.topic_key
            end
        ) as topic_name,
        feeds.feed_type,
        feeds.query,
        coalesce(signalled.signal_count, 0) as signal_count,
        coalesce(signalled.contact_count, 0) as contact_count,
        signalled.first_signal_date,
        signalled.last_signal_date,
        newest.vendor_records,
        newest.vendor_records_with_contact_id,
        newest.vendor_window_start,
        newest.vendor_window_end,
        newest.vendor_api_version,
        newest.fetched_at as vendor_counted_at
    from signalled
    full outer join feeds on signalled.topic_key = feeds.topic_key
    left join leadpipe_topics on signalled.topic_key = leadpipe_topics.topic_key
    left join ranked_answers as newest
        on
            coalesce(signalled.topic_key, feeds.topic_key) = newest.topic_key
            and newest.age = 1

)

select * from final
