-- Grain: one row per e-mail address of the first-party list or of discovery that is due for BIGDBM's consumer profile.
{{ config(tags=['wave_enrich']) }}

with subjects as (

    select * from {{ ref('int_worklists__subjects') }}

),

candidates as (

    select
        subject_type,
        subject_value,
        is_first_party,
        newest_at,
        {{ options_json({'OutputId': setting('bigdbm.output_id', 'integer', 10008)}) }} as options,
        1 as credits_quoted
    from subjects
    where
        subject_type = 'email'
        and (is_first_party or is_discovered)

),

final as (

    {{ due_subjects('candidates', 'bigdbm.consumer_email') }}

)

select * from final
