-- Grain: one row per employer, topic and week (Monday). An employer's intent is that of the people who work there now; the
-- domain on a ContactBased row is the site that was visited, not the visitor's employer.
with signals as (

    select * from {{ ref('intent_signals') }}

),

contacts as (

    select * from {{ ref('contacts') }}
    where company_key is not null

),

final as (

    select
        contacts.company_key,
        signals.topic_key,
        cast(date_trunc('week', signals.signal_date) as date) as week_start,
        min(signals.vendor) as vendor,
        cast(count(distinct signals.contact_key) as integer) as contact_count,
        cast(least(sum(signals.signal_count), 2147483647) as integer) as signal_count,
        round(avg(signals.score), 6) as average_score,
        max(signals.score) as peak_score
    from signals
    inner join contacts on signals.contact_key = contacts.contact_key
    group by
        contacts.company_key,
        signals.topic_key,
        cast(date_trunc('week', signals.signal_date) as date)

)

select * from final
