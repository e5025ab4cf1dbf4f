-- Grain: one row per MD5 of an address of the first-party list whose recent topics are due. The window ends yesterday
-- (UTC) and is part of the question; at most 90 days back, as for lists by keyword (assumed).
{{ config(tags=['wave_discover']) }}

with subjects as (

    select * from {{ ref('int_worklists__subjects') }}

),

addresses as (

    select * from {{ ref('int_contacts__email_addresses') }}

),

today as (

    select
        cast({{ now_utc() }} as date) as today,
        {{ setting('bigdbm.intent_by_md5_days', 'integer', 30) }} as window_days

),

windows as (

    select
        cast(cast({{ dbt.dateadd('day', '-window_days', 'today') }} as date) as {{ engine_type('varchar') }}) as start_date,
        cast(cast({{ dbt.dateadd('day', '-1', 'today') }} as date) as {{ engine_type('varchar') }}) as end_date
    from today

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
        and subjects.is_first_party

),

candidates as (

    select
        'email_md5' as subject_type,
        digests.email_md5 as subject_value,
        max(digests.is_first_party) as is_first_party,
        max(digests.newest_at) as newest_at,
        {{ options_json({'StartDate': 'windows.start_date', 'EndDate': 'windows.end_date'}) }} as options
    from digests
    cross join windows
    group by
        digests.email_md5,
        windows.start_date,
        windows.end_date

),

final as (

    {{ due_subjects('candidates', 'bigdbm.intent_by_md5', windowed=true) }}

)

select * from final
