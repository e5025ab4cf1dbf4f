-- Grain: one row per phone number of the North American plan, wherever we have it from, that is due for an OPQL score.
-- Sent as ten digits. Numbers with a Do-Not-Call flag are left out: no score would make them callable.
{{ config(tags=['wave_validate']) }}

with subjects as (

    select * from {{ ref('int_worklists__subjects') }}

),

worth as (

    select
        subject_type,
        subject_value,
        max(is_first_party) as is_first_party,
        max(intent_score) as intent_score
    from {{ ref('int_worklists__subject_people') }}
    group by
        subject_type,
        subject_value

),

candidates as (

    select
        subjects.subject_type,
        {{ phone_national10('subjects.subject_value') }} as subject_value,
        coalesce(worth.is_first_party, subjects.is_first_party) as is_first_party,
        worth.intent_score,
        subjects.newest_at,
        '{}' as options
    from subjects
    left join worth
        on
            subjects.subject_type = worth.subject_type
            and subjects.subject_value = worth.subject_value
    where
        subjects.subject_type = 'phone'
        and not subjects.is_dnc
        and {{ phone_national10('subjects.subject_value') }} is not null

),

final as (

    {{ due_subjects('candidates', 'bigdbm.opql', intent_score='keyed.intent_score') }}

)

select * from final
