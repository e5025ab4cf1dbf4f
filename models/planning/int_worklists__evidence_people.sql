-- Grain: one row per evidence and person it is about. is_resolved: identity resolution has seen the evidence. An answer that came
-- in later in the same run belongs to the people whom its question was about; the final build resolves it.
{{ config(materialized='view') }}

with clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

profiles as (

    select * from {{ ref('int_contacts__profiles') }}

),

candidates as (

    select * from {{ ref('int_worklists__enrich_candidates') }}
    where is_about_person

),

people as (

    select * from {{ ref('int_worklists__subject_people') }}
    where is_asked_for

),

answered as (

    select distinct
        profiles.evidence_id,
        people.contact_key
    from profiles
    inner join candidates on profiles.question_key = candidates.question_key
    inner join people
        on
            candidates.source_type = people.subject_type
            and candidates.source_value = people.subject_value
    left join clusters on profiles.evidence_id = clusters.evidence_id
    where clusters.evidence_id is null

),

final as (

    select
        evidence_id,
        contact_key,
        true as is_resolved
    from clusters

    union all

    select
        evidence_id,
        contact_key,
        false as is_resolved
    from answered

)

select * from final
