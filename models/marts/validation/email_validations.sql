-- Grain: one row per e-mail address and check ever made. A check without an answer, or with one that cannot be read, is a row
-- without a status: unknown, never invalid. A status that our seed does not know is unknown too, and a test warns.
with answered as (

    select * from {{ ref('stg_bigdbm__email_statuses') }}

),

unread as (

    {{ unread_subjects('bigdbm', 'email_statuses') }}

),

checks as (

    select
        record_id,
        request_id,
        vendor,
        endpoint,
        email,
        status_code,
        status_code_as_answered,
        fetched_at
    from answered

    union all

    select
        record_id,
        request_id,
        vendor,
        endpoint,
        subject_value as email,
        cast(null as integer) as status_code,
        cast(null as {{ engine_type('varchar') }}) as status_code_as_answered,
        fetched_at
    from unread

),

statuses as (

    select * from {{ ref('email_statuses') }}

),

normalised as (

    select
        *,
        {{ normalise_email('email') }} as normal_email
    from checks

),

final as (

    select
        checks.record_id as validation_key,
        checks.normal_email as email,
        {{ email_hash('checks.normal_email', 'md5') }} as email_md5,
        {{ email_hash('checks.normal_email', 'sha256') }} as email_sha256,
        checks.vendor,
        checks.endpoint,
        checks.status_code,
        statuses.label as vendor_label,
        coalesce(statuses.email_status, 'unknown') as email_status,
        coalesce(statuses.verdict, 'unknown') as verdict,
        checks.status_code_as_answered is not null and statuses.code is null as is_unmapped,
        checks.fetched_at as checked_at,
        checks.request_id
    from normalised as checks
    left join statuses on checks.status_code = statuses.code
    where checks.normal_email is not null

)

select * from final
