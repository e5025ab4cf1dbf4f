-- Grain: one row per e-mail address, wherever we have it from, that is due for a deliverability verdict.
-- At most 200 characters: BIGDBM developer docs, Batch Email Validation, request parameters.
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
        subjects.subject_value,
        coalesce(worth.is_first_party, subjects.is_first_party) as is_first_party,
        worth.intent_score,
        subjects.newest_at,
        {{ options_json({'ValidatorId': setting('bigdbm.validator_id', 'integer', 10)}) }} as options
    from subjects
    left join worth
        on
            subjects.subject_type = worth.subject_type
            and subjects.subject_value = worth.subject_value
    where
        subjects.subject_type = 'email'
        and length(subjects.subject_value) <= 200

),

final as (

    {{ due_subjects('candidates', 'bigdbm.email_batch', intent_score='keyed.intent_score') }}

)

select * from final
