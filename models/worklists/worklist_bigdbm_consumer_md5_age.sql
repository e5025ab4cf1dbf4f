-- Grain: one row per MD5 of the first-party list or of an intent list that is due for an age band.
{{ config(tags=['wave_enrich']) }}

with subjects as (

    select * from {{ ref('int_worklists__subjects') }}

),

addresses as (

    select * from {{ ref('int_contacts__email_addresses') }}

),

digests as (

    select
        addresses.email_md5,
        subjects.is_first_party,
        subjects.newest_at
    from subjects
    inner join addresses on subjects.subject_value = addresses.email
    where
        subjects.subject_type = 'email'
        and (subjects.is_first_party or subjects.is_discovered)

    union all

    select
        subject_value as email_md5,
        is_first_party,
        newest_at
    from subjects
    where subject_type = 'email_md5'

),

candidates as (

    select
        'email_md5' as subject_type,
        digests.email_md5 as subject_value,
        max(digests.is_first_party) as is_first_party,
        max(digests.newest_at) as newest_at,
        {{ options_json({'OutputId': setting('bigdbm.age_output_id', 'integer', 10008)}) }} as options,
        1 as credits_quoted
    from digests
    group by digests.email_md5

),

final as (

    {{ due_subjects('candidates', 'bigdbm.consumer_md5_age') }}

)

select * from final
