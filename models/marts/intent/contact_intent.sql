-- Grain: one row per person and topic with a signal inside the vendor's look-back.
-- A signal counts half after its vendor's half-life (seed intent_scoring). Signals add up as chances do: the score is
-- 100 * (1 - product of (1 - decayed score / 100)), so one signal counts as it is, several count more, never over 100.
-- A signal without a score adds nothing; where none has one, the score is NULL.
with signals as (

    select * from {{ ref('intent_signals') }}

),

scoring as (

    select * from {{ ref('intent_scoring') }}

),

clock as (

    select {{ now_utc() }} as now_at

),

aged as (

    select
        signals.contact_key,
        signals.topic_key,
        signals.vendor,
        signals.signal_date,
        signals.signal_count,
        signals.score,
        greatest(
            0.0,
            {{ days_between('cast(signals.signal_date as timestamp)', 'cast(cast(clock.now_at as date) as timestamp)') }}
        ) as age_days,
        scoring.half_life_days,
        scoring.lookback_days,
        cast(clock.now_at as date) as as_of
    from signals
    inner join scoring on signals.vendor = scoring.vendor
    cross join clock

),

-- A certain signal (100 of 100, today) would make the logarithm infinite: 99.99 is certain enough.
decayed as (

    select
        *,
        case when score is not null then least(99.99, score * power(0.5, age_days / half_life_days)) end as decayed_score
    from aged
    where age_days <= lookback_days

),

final as (

    select
        contact_key,
        topic_key,
        min(vendor) as vendor,
        round(100 * (1 - exp(sum(ln(1 - decayed_score / 100)))), 6) as score,
        max(score) as peak_score,
        cast(least(sum(signal_count), 2147483647) as integer) as signal_count,
        cast(count(*) as integer) as signal_days,
        min(signal_date) as first_signal_date,
        max(signal_date) as last_signal_date,
        min(as_of) as as_of
    from decayed
    group by
        contact_key,
        topic_key

)

select * from final
