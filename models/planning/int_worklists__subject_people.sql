-- Grain: one row per subject that may be asked about and person it names. A desk's mailbox names everybody behind it; a subject
-- that no person is known for yet is a person of its own.
-- is_asked_for: the first-party list or discovery brought this subject for this person. Another person who carries it (a
-- household's number, say) is no reason to buy.
{{ config(tags=['once_a_run']) }}

with subjects as (

    select * from {{ ref('int_worklists__subjects') }}

),

evidence as (

    select * from {{ ref('int_worklists__subject_evidence') }}

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

people as (

    select * from {{ ref('int_worklists__people') }}

),

named as (

    select
        evidence.subject_type,
        evidence.subject_value,
        coalesce(
            clusters.contact_key, md5(concat_ws(':', 'subject', evidence.subject_type, evidence.subject_value))
        ) as contact_key,
        max(evidence.is_first_party or evidence.is_discovered) as is_asked_for,
        max(evidence.is_first_party) as is_first_party
    from evidence
    inner join subjects
        on
            evidence.subject_type = subjects.subject_type
            and evidence.subject_value = subjects.subject_value
    left join clusters on evidence.evidence_id = clusters.evidence_id
    group by
        evidence.subject_type,
        evidence.subject_value,
        clusters.contact_key

),

final as (

    select
        named.subject_type,
        named.subject_value,
        named.contact_key,
        named.is_asked_for,
        named.is_first_party or coalesce(people.is_first_party, false) as is_first_party,
        people.intent_score
    from named
    left join people on named.contact_key = people.contact_key

)

select * from final
