-- Grain: one row per MD5 of an intent list that is due for BIGDBM's consumer profile. An MD5 whose plain address we know
-- and ask about (worklist_bigdbm_consumer_email) is left out: it is the same person and would be bought twice.
{{ config(tags=['wave_enrich']) }}

with subjects as (

    select * from {{ ref('int_worklists__subjects') }}

),

addresses as (

    select * from {{ ref('int_contacts__email_addresses') }}

),

plain_is_asked as (

    select max(value) as setting
    from {{ ref('stg_contactable__settings') }}
    where
        setting = 'endpoints.enabled'
        and {{ json_text('value') }} = 'bigdbm.consumer_email'

),

asked_in_plain as (

    select distinct addresses.email_md5
    from addresses
    inner join subjects
        on
            addresses.email = subjects.subject_value
            and subjects.subject_type = 'email'
    inner join plain_is_asked on plain_is_asked.setting is not null
    where subjects.is_first_party or subjects.is_discovered

),

candidates as (

    select
        subjects.subject_type,
        subjects.subject_value,
        subjects.is_first_party,
        subjects.newest_at,
        {{ options_json({'OutputId': setting('bigdbm.output_id', 'integer', 10008)}) }} as options,
        1 as credits_quoted
    from subjects
    left join asked_in_plain on subjects.subject_value = asked_in_plain.email_md5
    where
        subjects.subject_type = 'email_md5'
        and asked_in_plain.email_md5 is null

),

final as (

    {{ due_subjects('candidates', 'bigdbm.consumer_email_md5') }}

)

select * from final
