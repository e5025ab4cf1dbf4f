-- Grain: one row per phone number of the North American plan, wherever we have it from, that is due for an OPQL score.
-- Sent as ten digits. Numbers with a Do-Not-Call flag are left out: no score would make them callable.
{{ config(tags=['wave_validate']) }}

with subjects as (

    select * from {{ ref('int_worklists__subjects') }}

),

candidates as (

    select
        subject_type,
        {{ phone_national10('subject_value') }} as subject_value,
        is_first_party,
        newest_at,
        '{}' as options,
        1 as credits_quoted
    from subjects
    where
        subject_type = 'phone'
        and not is_dnc
        and {{ phone_national10('subject_value') }} is not null

),

final as (

    {{ due_subjects('candidates', 'bigdbm.opql') }}

)

select * from final
