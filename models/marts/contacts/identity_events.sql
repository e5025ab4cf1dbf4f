-- Grain: one row per event in a person's identity.
--   created     the oldest identifier was seen for the first time
--   identified  a person known by hashes or addresses only got a name
-- Both follow from what was observed, so a full rebuild tells the same story.
with clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

evidence as (

    select * from {{ ref('int_identity__evidence') }}

),

profiles as (

    select * from {{ ref('int_contacts__profiles') }}

),

created as (

    select
        clusters.contact_key,
        'created' as event_type,
        min(evidence.first_observed_at) as occurred_at,
        min_by(evidence.vendor, cast(evidence.first_observed_at as {{ engine_type('varchar') }}) || evidence.evidence_id)
            as vendor,
        min_by(evidence.record_id, cast(evidence.first_observed_at as {{ engine_type('varchar') }}) || evidence.evidence_id)
            as record_id,
        'first seen as ' || min(split_part(clusters.anchor, ':', 1)) as reason
    from clusters
    inner join evidence on clusters.evidence_id = evidence.evidence_id
    group by clusters.contact_key

),

named as (

    select
        clusters.contact_key,
        'identified' as event_type,
        min(profiles.observed_at) as occurred_at,
        min_by(profiles.vendor, cast(profiles.observed_at as {{ engine_type('varchar') }}) || profiles.record_id) as vendor,
        min_by(profiles.record_id, cast(profiles.observed_at as {{ engine_type('varchar') }}) || profiles.record_id) as record_id
    from profiles
    inner join clusters on profiles.evidence_id = clusters.evidence_id
    where coalesce(profiles.first_name, profiles.last_name) is not null
    group by clusters.contact_key

),

identified as (

    select
        named.contact_key,
        named.event_type,
        named.occurred_at,
        named.vendor,
        named.record_id,
        'first record with a name' as reason
    from named
    inner join created on named.contact_key = created.contact_key
    where named.occurred_at > created.occurred_at

),

united as (

    select * from created

    union all

    select * from identified

),

final as (

    select
        md5(contact_key || '|' || event_type) as event_key,
        contact_key,
        event_type,
        occurred_at,
        vendor,
        record_id,
        reason
    from united

)

select * from final
