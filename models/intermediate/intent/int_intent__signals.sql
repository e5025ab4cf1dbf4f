-- Grain: one row per vendor, topic, person as the vendor names it (evidence_id), and day.
-- A signal that was bought twice (overlapping windows, a weekly export of a longer look-back) counts once: the newest
-- answer replaces the older one. Rows of a topic with neither hash nor contact id are no signal of a person; a date that cannot
-- be read places a signal nowhere (quarantined_records).
with intent_hems as (

    select * from {{ ref('stg_bigdbm__intent_hems') }}

),

topics_by_md5 as (

    select * from {{ ref('stg_bigdbm__intent_topics_by_md5') }}

),

export_rows as (

    select * from {{ ref('stg_contactbased__export_rows') }}

),

audience_members as (

    select * from {{ ref('stg_leadpipe__audience_members') }}

),

bigdbm as (

    select
        record_id,
        vendor,
        coalesce('keyword:' || lower(trim(keyword)), 'unknown') as vendor_topic_id,
        cast(null as {{ engine_type('varchar') }}) as contact_id,
        hem,
        hem_type,
        cast(null as {{ engine_type('varchar') }}) as email,
        cast(null as {{ engine_type('varchar') }}) as company_name,
        cast(null as {{ engine_type('varchar') }}) as job_title,
        signal_date,
        confidence as vendor_score,
        coalesce(signal_count, 1) as signal_count,
        100 * confidence as score,
        keyword as found_by,
        list_id,
        fetched_at
    from intent_hems

    union all

    -- The same vendor asked the other way round: what did this hash search for.
    select
        record_id,
        vendor,
        coalesce('keyword:' || lower(trim(topic)), 'unknown') as vendor_topic_id,
        cast(null as {{ engine_type('varchar') }}) as contact_id,
        hem,
        hem_type,
        cast(null as {{ engine_type('varchar') }}) as email,
        cast(null as {{ engine_type('varchar') }}) as company_name,
        cast(null as {{ engine_type('varchar') }}) as job_title,
        signal_date,
        confidence as vendor_score,
        coalesce(signal_count, 1) as signal_count,
        100 * confidence as score,
        cast(null as {{ engine_type('varchar') }}) as found_by,
        cast(null as {{ engine_type('varchar') }}) as list_id,
        fetched_at
    from topics_by_md5

),

-- A person comes once per domain and topic of a feed: one export's rows of a day are one signal.
contactbased as (

    select
        min(record_id) as record_id,
        min(vendor) as vendor,
        coalesce(feed_id, 'unknown') as vendor_topic_id,
        contact_id,
        hem,
        max(hem_type) as hem_type,
        cast(null as {{ engine_type('varchar') }}) as email,
        cast(null as {{ engine_type('varchar') }}) as company_name,
        cast(null as {{ engine_type('varchar') }}) as job_title,
        signal_date,
        cast(sum(coalesce(record_count, 1)) as double) as vendor_score,
        cast(least(sum(coalesce(record_count, 1)), 2147483647) as integer) as signal_count,
        100.0 * sum(coalesce(record_count, 1)) / (sum(coalesce(record_count, 1)) + 4) as score,
        feed_id as found_by,
        export_id as list_id,
        max(fetched_at) as fetched_at
    from export_rows
    group by
        export_id,
        feed_id,
        contact_id,
        hem,
        signal_date

),

leadpipe as (

    select
        record_id,
        vendor,
        coalesce(cast(topic_id as {{ engine_type('varchar') }}), 'unknown') as vendor_topic_id,
        cast(null as {{ engine_type('varchar') }}) as contact_id,
        hem,
        hem_type,
        {{ normalise_email('email') }} as email,
        {{ normalise_name('company_name') }} as company_name,
        {{ normalise_name('job_title') }} as job_title,
        data_date as signal_date,
        intent_score as vendor_score,
        1 as signal_count,
        intent_score as score,
        query_name as found_by,
        cache_key as list_id,
        fetched_at
    from audience_members

),

-- A malformed hash identifies no person.
united as (

    {% for vendor in ['bigdbm', 'contactbased', 'leadpipe'] %}
        select
            record_id,
            vendor,
            vendor_topic_id,
            contact_id,
            case when hem_type <> 'unknown' then hem end as hem,
            case when hem_type <> 'unknown' then hem_type end as hem_type,
            email,
            company_name,
            job_title,
            signal_date,
            vendor_score,
            signal_count,
            score,
            found_by,
            list_id,
            fetched_at
        from {{ vendor }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

placed as (

    select
        *,
        {{ hem_evidence_id('vendor', 'contact_id', 'hem', 'email') }} as evidence_id,
        cast(fetched_at as {{ engine_type('varchar') }}) || record_id as arrival
    from united
    where
        coalesce(contact_id, hem, email) is not null
        and signal_date is not null

),

final as (

    select
        evidence_id,
        vendor,
        vendor || ':' || vendor_topic_id as topic_key,
        vendor_topic_id,
        signal_date,
        max_by(record_id, arrival) as record_id,
        max(contact_id) as contact_id,
        max(hem) as hem,
        max(hem_type) as hem_type,
        max(email) as email,
        max_by(company_name, arrival) as company_name,
        max_by(job_title, arrival) as job_title,
        max_by(vendor_score, arrival) as vendor_score,
        max_by(signal_count, arrival) as signal_count,
        case when max(score) is not null then least(100.0, greatest(0.0, max_by(score, arrival))) end as score,
        {{ join_distinct('found_by') }} as found_by,
        {{ join_distinct('list_id') }} as list_ids,
        min(fetched_at) as first_observed_at,
        max(fetched_at) as last_observed_at
    from placed
    group by
        evidence_id,
        vendor,
        vendor_topic_id,
        signal_date

)

select * from final
