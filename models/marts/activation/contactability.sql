-- Grain: one row per person and channel (email, phone): may we use it, which address, why, as of when. A person without an
-- address of the channel is unknown, not unreachable.
with contacts as (

    select * from {{ ref('contacts') }}

),

emails as (

    select * from {{ ref('contact_emails') }}
    where is_primary

),

phones as (

    select * from {{ ref('contact_phones') }}
    where is_primary

),

suppressed as (

    select * from {{ ref('int_privacy__suppressed_contacts') }}

),

final as (

    select
        contacts.contact_key,
        'email' as channel,
        coalesce(emails.verdict, case when suppressed.suppresses_email then 'suppress' end, 'unknown') as verdict,
        emails.email as address,
        coalesce(emails.verdict_reason, case when suppressed.suppresses_email then 'suppression' end, 'no_address') as reason,
        coalesce(
            case when suppressed.suppresses_email then suppressed.suppressed_at end,
            emails.checked_at,
            emails.last_seen_at,
            contacts.last_seen_at
        ) as as_of
    from contacts
    left join emails on contacts.contact_key = emails.contact_key
    left join suppressed on contacts.contact_key = suppressed.contact_key

    union all

    select
        contacts.contact_key,
        'phone' as channel,
        coalesce(phones.verdict, case when suppressed.suppresses_phone then 'suppress' end, 'unknown') as verdict,
        phones.phone as address,
        coalesce(phones.verdict_reason, case when suppressed.suppresses_phone then 'suppression' end, 'no_address') as reason,
        coalesce(
            case when suppressed.suppresses_phone then suppressed.suppressed_at end,
            phones.checked_at,
            phones.last_seen_at,
            contacts.last_seen_at
        ) as as_of
    from contacts
    left join phones on contacts.contact_key = phones.contact_key
    left join suppressed on contacts.contact_key = suppressed.contact_key

)

select * from final
