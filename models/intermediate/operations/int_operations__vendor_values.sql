-- Grain: one row per person, attribute, value and vendor with that value, for comparing vendors.
-- Attributes: email and phone (an address, a number), employer (the employment), profile (name, place and facts). Impossible
-- addresses and placeholders are no values. Values agree as in contact_attributes: spelling, nicknames and legal forms aside;
-- values that the vendor has replaced since do not count. is_usable: the address or number may be written to or called today.
with emails as (

    select * from {{ ref('int_contacts__emails') }}
    where email is not null

),

phones as (

    select * from {{ ref('int_contacts__phones') }}

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

contact_emails as (

    select * from {{ ref('contact_emails') }}
    where verdict_reason not in ('malformed', 'placeholder')

),

contact_phones as (

    select * from {{ ref('contact_phones') }}

),

attributes as (

    select * from {{ ref('contact_attributes') }}
    where
        attribute not in ('email', 'phone')
        and not is_superseded

),

rules as (

    select * from {{ ref('survivorship_rules') }}

),

clock as (

    select {{ now_utc() }} as now_at

),

told_emails as (

    select
        clusters.contact_key,
        emails.email,
        emails.vendor,
        max(emails.as_of) as as_of
    from emails
    inner join clusters on emails.evidence_id = clusters.evidence_id
    group by
        clusters.contact_key,
        emails.email,
        emails.vendor

),

told_phones as (

    select
        clusters.contact_key,
        phones.phone,
        phones.vendor,
        max(phones.as_of) as as_of
    from phones
    inner join clusters on phones.evidence_id = clusters.evidence_id
    group by
        clusters.contact_key,
        phones.phone,
        phones.vendor

),

united as (

    select
        told_emails.contact_key,
        'email' as attribute,
        'email' as field,
        told_emails.vendor,
        told_emails.as_of,
        coalesce({{ days_between('told_emails.as_of', 'clock.now_at') }} <= rules.fresh_days, false) as is_fresh,
        contact_emails.vendor_count > 1 as is_agreed,
        contact_emails.verdict = 'send' as is_usable
    from told_emails
    inner join contact_emails
        on
            told_emails.contact_key = contact_emails.contact_key
            and told_emails.email = contact_emails.email
    inner join rules on rules.attribute_group = 'email'
    cross join clock

    union all

    select
        told_phones.contact_key,
        'phone' as attribute,
        'phone' as field,
        told_phones.vendor,
        told_phones.as_of,
        coalesce({{ days_between('told_phones.as_of', 'clock.now_at') }} <= rules.fresh_days, false) as is_fresh,
        contact_phones.vendor_count > 1 as is_agreed,
        contact_phones.verdict = 'call' as is_usable
    from told_phones
    inner join contact_phones
        on
            told_phones.contact_key = contact_phones.contact_key
            and told_phones.phone = contact_phones.phone
    inner join rules on rules.attribute_group = 'phone'
    cross join clock

    union all

    select
        contact_key,
        case
            when attribute in ('company_name', 'company_domain', 'job_title', 'seniority', 'department') then 'employer'
            else 'profile'
        end as attribute,
        attribute as field,
        vendor,
        as_of,
        is_fresh,
        agreeing_vendors > 1 as is_agreed,
        cast(null as boolean) as is_usable
    from attributes

),

-- Whether another vendor has a value for the same field of the same person.
compared as (

    select
        *,
        is_agreed and min(vendor) over (partition by contact_key, field) <> max(vendor) over (partition by contact_key, field)
            as is_confirmed,
        min(vendor) over (partition by contact_key, field) <> max(vendor) over (partition by contact_key, field) as is_compared
    from united

),

final as (

    select
        contact_key,
        attribute,
        field,
        vendor,
        as_of,
        is_fresh,
        is_compared,
        is_confirmed as is_agreed,
        is_usable
    from compared

)

select * from final
