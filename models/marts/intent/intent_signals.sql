-- Grain: one row per vendor, topic, person as the vendor names it (a hash or a contact id), and day.
-- score (0 to 100) by vendor, see the seed intent_scoring: BIGDBM 100 * confidence; Leadpipe its intentScore; ContactBased,
-- which gives no score, 100 * n / (n + 4) for n records of the day.
with signals as (

    select * from {{ ref('int_intent__signals') }}

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

final as (

    select
        md5(
            signals.topic_key || '|' || signals.evidence_id || '|'
            || cast(signals.signal_date as {{ engine_type('varchar') }})
        ) as signal_key,
        clusters.contact_key,
        signals.vendor,
        signals.topic_key,
        signals.hem,
        signals.hem_type,
        signals.signal_date,
        signals.vendor_score,
        signals.score,
        signals.signal_count,
        signals.found_by,
        signals.list_ids,
        signals.record_id,
        signals.first_observed_at,
        signals.last_observed_at
    from signals
    inner join clusters on signals.evidence_id = clusters.evidence_id

)

select * from final
