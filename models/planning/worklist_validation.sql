-- Grain: one row per e-mail address or phone number, from whichever list or vendor, whose verdict is due.
--   bigdbm.email_batch  at most 200 characters (BIGDBM developer docs, Batch Email Validation, request parameters)
--   bigdbm.opql         numbers of the North American plan, sent as ten digits; those with a Do-Not-Call flag are left out: no
--                       score would make them callable
{{ config(schema='worklists') }}

with subjects as (

    select * from {{ ref('int_worklists__subjects') }}

),

evidence as (

    select * from {{ ref('int_worklists__subject_evidence') }}

),

evidence_people as (

    select * from {{ ref('int_worklists__evidence_people') }}

),

people as (

    select * from {{ ref('int_worklists__people') }}

),

-- The most valuable person whom the address or number names.
worth as (

    select
        evidence.subject_type,
        evidence.subject_value,
        max(evidence.is_first_party or coalesce(people.is_first_party, false)) as is_first_party,
        max(people.intent_score) as intent_score
    from evidence
    left join evidence_people on evidence.evidence_id = evidence_people.evidence_id
    left join people on evidence_people.contact_key = people.contact_key
    group by
        evidence.subject_type,
        evidence.subject_value

),

candidates as (

    select
        case subjects.subject_type when 'email' then 'bigdbm.email_batch' else 'bigdbm.opql' end as endpoint,
        subjects.subject_type,
        case subjects.subject_type
            when 'email' then subjects.subject_value
            else {{ phone_national10('subjects.subject_value') }}
        end as subject_value,
        case subjects.subject_type
            when 'email' then {{ options_json({'ValidatorId': setting('bigdbm.validator_id', 'integer', 10)}) }}
            else '{}'
        end as options,
        coalesce(worth.is_first_party, subjects.is_first_party) as is_first_party,
        worth.intent_score,
        subjects.newest_at,
        cast(null as integer) as records,
        false as is_windowed
    from subjects
    left join worth
        on
            subjects.subject_type = worth.subject_type
            and subjects.subject_value = worth.subject_value
    where
        (subjects.subject_type = 'email' and length(subjects.subject_value) <= 200)
        or (subjects.subject_type = 'phone' and not subjects.is_dnc)

),

final as (

    {{ due_subjects('candidates') }}

)

select * from final
