-- Grain: one row per e-mail address, wherever we have it from, that is due for a deliverability verdict.
-- At most 200 characters: BIGDBM developer docs, Batch Email Validation, request parameters.
{{ config(tags=['wave_validate']) }}

with subjects as (

    select * from {{ ref('int_worklists__subjects') }}

),

candidates as (

    select
        subject_type,
        subject_value,
        is_first_party,
        newest_at,
        {{ options_json({'ValidatorId': setting('bigdbm.validator_id', 'integer', 10)}) }} as options,
        1 as credits_quoted
    from subjects
    where
        subject_type = 'email'
        and length(subject_value) <= 200

),

final as (

    {{ due_subjects('candidates', 'bigdbm.email_batch') }}

)

select * from final
