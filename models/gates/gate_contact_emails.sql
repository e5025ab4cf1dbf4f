-- Grain: one row: what the gate on contact_emails looks at.
with emails as (

    select * from {{ ref('contact_emails') }}

),

contacts as (

    select * from {{ ref('contacts') }}

),

statuses as (

    select * from {{ ref('email_statuses') }}

),

suppressions as (

    select * from {{ ref('stg_contactable__suppressions') }}
    where
        identifier_type = 'email'
        and coalesce(scope, 'all') <> 'phone'

),

-- Measured from the list itself, not from the verdict that should have followed it.
suppressed as (

    select distinct identifier_hash from suppressions

),

measured as (

    select
        count(*) as row_count,
        {{ count_where('emails.contact_key is null or emails.email is null') }} as null_keys,
        {{ count_where('emails.status_code is not null and statuses.code is null') }} as unmapped_codes,
        {{ count_where("emails.verdict is null or emails.verdict not in ('send', 'review', 'suppress', 'unknown')") }}
            as unknown_verdicts,
        {{ count_where("emails.verdict = 'send' and emails.checked_at is null") }} as send_without_check,
        {{ count_where("emails.verdict = 'send' and suppressed.identifier_hash is not null") }} as send_but_suppressed,
        {{ count_where("emails.verdict = 'send' and statuses.verdict <> 'send'") }} as send_against_policy,
        {{ count_where('length(emails.email_md5) <> 32 or length(emails.email_sha256) <> 64') }} as malformed_hashes
    from emails
    left join statuses on emails.status_code = statuses.code
    left join suppressed on emails.email_sha256 = suppressed.identifier_hash

),

duplicates as (

    {{ measure_duplicates('emails', ['contact_key', 'email']) }}

),

orphans as (

    {{ measure_orphans('emails') }}

),

final as (

    select
        measured.row_count,
        measured.null_keys,
        duplicates.duplicate_keys,
        orphans.orphan_contacts,
        measured.unmapped_codes,
        measured.unknown_verdicts,
        measured.send_without_check,
        measured.send_but_suppressed,
        measured.send_against_policy,
        measured.malformed_hashes
    from measured
    cross join duplicates
    cross join orphans

)

select * from final
