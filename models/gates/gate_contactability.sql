-- Grain: one row: what the gate on contactability looks at. Nothing here trusts the verdict: flags, scores and the
-- suppression list are read again from where they come from.
with contactability as (

    select * from {{ ref('contactability') }}

),

contacts as (

    select * from {{ ref('contacts') }}

),

phones as (

    select * from {{ ref('contact_phones') }}

),

email_checks as (

    select * from {{ ref('email_status_current') }}

),

statuses as (

    select * from {{ ref('email_statuses') }}

),

scores as (

    select * from {{ ref('opql_scores') }}

),

suppressed_contacts as (

    select * from {{ ref('int_privacy__suppressed_contacts') }}

),

suppressions as (

    select * from {{ ref('stg_contactable__suppressions') }}

),

suppressed_addresses as (

    select distinct
        identifier_type as channel,
        identifier_hash
    from suppressions
    where
        (identifier_type = 'email' and coalesce(scope, 'all') <> 'phone')
        or (identifier_type = 'phone' and coalesce(scope, 'all') <> 'email')

),

contactable as (

    select
        contactability.*,
        {{ sha256_hex('contactability.address') }} as address_hash
    from contactability
    where contactability.verdict in ('send', 'call')

),

checked as (

    select
        {{ count_where(
            "suppressed_addresses.identifier_hash is not null"
            ~ " or (contactable.channel = 'email' and suppressed_contacts.suppresses_email)"
            ~ " or (contactable.channel = 'phone' and suppressed_contacts.suppresses_phone)"
        ) }} as contactable_but_suppressed,
        {{ count_where('phones.is_dnc') }} as contactable_but_dnc,
        {{ count_where(
            "(contactable.channel = 'phone' and coalesce(scores.verdict, 'none') <> 'call')"
            ~ " or (contactable.channel = 'email' and coalesce(statuses.verdict, 'none') <> 'send')"
        ) }} as contactable_against_policy,
        {{ count_where('contactable.address is null') }} as contactable_without_address
    from contactable
    left join suppressed_addresses
        on
            contactable.channel = suppressed_addresses.channel
            and contactable.address_hash = suppressed_addresses.identifier_hash
    left join suppressed_contacts on contactable.contact_key = suppressed_contacts.contact_key
    left join phones
        on
            contactable.contact_key = phones.contact_key
            and contactable.address = phones.phone
    left join scores on phones.opql_score = scores.code
    left join email_checks on contactable.address = email_checks.email
    left join statuses on email_checks.status_code = statuses.code

),

measured as (

    select
        count(*) as row_count,
        {{ count_where('contact_key is null or channel is null') }} as null_keys,
        {{ count_where(
            "verdict is null or verdict not in ('send', 'call', 'review', 'suppress', 'unknown')"
            ~ " or (verdict = 'send' and channel <> 'email') or (verdict = 'call' and channel <> 'phone')"
        ) }} as unknown_verdicts,
        {{ count_where("verdict = 'unknown'") }} * 1.0 / nullif(count(*), 0) as unknown_share,
        {{ count_where("verdict = 'unknown' and address is not null") }} * 1.0
        / nullif({{ count_where('address is not null') }}, 0) as unvalidated_share,
        {{ count_where("verdict in ('send', 'call')") }} as contactable_rows
    from contactability

),

people as (

    select count(*) as contact_count from contacts

),

duplicates as (

    {{ measure_duplicates('contactability', ['contact_key', 'channel']) }}

),

orphans as (

    {{ measure_orphans('contactability') }}

),

final as (

    select
        measured.row_count,
        measured.null_keys,
        duplicates.duplicate_keys,
        orphans.orphan_contacts,
        2 * people.contact_count - measured.row_count as missing_rows,
        measured.unknown_verdicts,
        measured.unknown_share,
        measured.unvalidated_share,
        measured.contactable_rows,
        checked.contactable_but_suppressed,
        checked.contactable_but_dnc,
        checked.contactable_against_policy,
        checked.contactable_without_address
    from measured
    cross join people
    cross join checked
    cross join duplicates
    cross join orphans

)

select * from final
