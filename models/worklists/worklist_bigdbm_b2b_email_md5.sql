-- Grain: one row per MD5 of an intent list, its plain address unknown, that is due for BIGDBM's professional profile.
{{ config(tags=['wave_enrich']) }}

with subjects as (

    select * from {{ ref('int_worklists__subjects') }}

),

addresses as (

    select * from {{ ref('int_contacts__email_addresses') }}

),

digests as (

    select
        subjects.subject_value as email_md5,
        subjects.is_first_party,
        subjects.newest_at
    from subjects
    left join addresses on subjects.subject_value = addresses.email_md5
    where
        subjects.subject_type = 'email_md5'
        and addresses.email is null

),

candidates as (

    select
        'email_md5' as subject_type,
        digests.email_md5 as subject_value,
        max(digests.is_first_party) as is_first_party,
        max(digests.newest_at) as newest_at,
        {{ options_json({'OutputId': setting('bigdbm.b2b_output_id', 'integer', 3)}) }} as options,
        1 as credits_quoted
    from digests
    group by digests.email_md5

),

final as (

    {{ due_subjects('candidates', 'bigdbm.b2b_email_md5') }}

)

select * from final
