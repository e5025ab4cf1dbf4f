-- Grain: one row per business address of the first-party list or of discovery that is due for BIGDBM's professional profile.
-- Addresses at free mailbox providers name no employer and are left out (seed free_mail_domains).
{{ config(tags=['wave_enrich']) }}

with subjects as (

    select * from {{ ref('int_worklists__subjects') }}

),

addresses as (

    select * from {{ ref('int_contacts__email_addresses') }}

),

candidates as (

    select
        subjects.subject_type,
        subjects.subject_value,
        subjects.is_first_party,
        subjects.newest_at,
        {{ options_json({'OutputId': setting('bigdbm.b2b_output_id', 'integer', 3)}) }} as options,
        1 as credits_quoted
    from subjects
    inner join addresses on subjects.subject_value = addresses.email
    where
        subjects.subject_type = 'email'
        and (subjects.is_first_party or subjects.is_discovered)
        and not addresses.is_free_mail

),

final as (

    {{ due_subjects('candidates', 'bigdbm.b2b_email') }}

)

select * from final
