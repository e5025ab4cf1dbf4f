-- Grain: one row per question about a person of the first-party list that is due before enrichment: BIGDBM's free count of
-- records that match a name with address, and the recent topics of an address. The window of the latter ends yesterday (UTC) and
-- is part of the question; at most 90 days back, as for lists by keyword (assumed).
{{ config(schema='worklists') }}

with subjects as (

    select * from {{ ref('int_worklists__subjects') }}
    where is_first_party

),

addresses as (

    select * from {{ ref('int_contacts__email_addresses') }}

),

windows as (

    {{ last_full_days(setting('bigdbm.intent_by_md5_days', 'integer', 30)) }}

),

-- Of an address, or as the list itself has it.
asked_hashes as (

    select
        addresses.email_md5,
        subjects.newest_at
    from subjects
    inner join addresses on subjects.subject_value = addresses.email
    where subjects.subject_type = 'email'

    union all

    select
        subject_value as email_md5,
        newest_at
    from subjects
    where subject_type = 'email_md5'

),

candidates as (

    select
        'bigdbm.consumer_pii_count' as endpoint,
        subject_type,
        subject_value,
        '{}' as options,
        is_first_party,
        cast(null as double) as intent_score,
        newest_at,
        cast(null as integer) as records,
        false as is_windowed
    from subjects
    where subject_type = 'pii'

    union all

    select
        'bigdbm.intent_by_md5' as endpoint,
        'email_md5' as subject_type,
        asked_hashes.email_md5 as subject_value,
        {{ options_json({'StartDate': 'windows.start_date', 'EndDate': 'windows.end_date'}) }} as options,
        true as is_first_party,
        cast(null as double) as intent_score,
        max(asked_hashes.newest_at) as newest_at,
        cast(null as integer) as records,
        true as is_windowed
    from asked_hashes
    cross join windows
    group by
        asked_hashes.email_md5,
        windows.start_date,
        windows.end_date

),

final as (

    {{ due_subjects('candidates') }}

)

select * from final
