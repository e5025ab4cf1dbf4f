-- Grain: one row per thing that can be asked about (subject_type and normalised value), and where we know it from.
-- Enrichment asks about what the first-party list and discovery brought; what enrichment itself found is only validated:
-- asking one vendor about another vendor's answers would buy the same person twice.
with emails as (

    select * from {{ ref('int_contacts__emails') }}

),

addresses as (

    select * from {{ ref('int_contacts__email_addresses') }}

),

phones as (

    select * from {{ ref('int_contacts__phones') }}

),

profiles as (

    select * from {{ ref('int_contacts__profiles') }}

),

intent_hems as (

    select * from {{ ref('stg_bigdbm__intent_hems') }}

),

export_rows as (

    select * from {{ ref('stg_contactbased__export_rows') }}

),

email_subjects as (

    select
        'email' as subject_type,
        emails.email as subject_value,
        emails.vendor = 'first_party' as is_first_party,
        emails.vendor = 'leadpipe' as is_discovered,
        false as is_dnc,
        emails.as_of
    from emails
    inner join addresses on emails.email = addresses.email
    where addresses.is_valid and not addresses.is_placeholder

),

phone_subjects as (

    select
        'phone' as subject_type,
        phone as subject_value,
        vendor = 'first_party' as is_first_party,
        false as is_discovered,
        coalesce(is_dnc, false) as is_dnc,
        as_of
    from phones

),

linkedin_subjects as (

    select
        'linkedin' as subject_type,
        'linkedin.com/in/' || linkedin as subject_value,
        true as is_first_party,
        false as is_discovered,
        false as is_dnc,
        as_of
    from profiles
    where vendor = 'first_party' and linkedin is not null

),

hem_subjects as (

    select
        'email_md5' as subject_type,
        hem as subject_value,
        false as is_first_party,
        true as is_discovered,
        false as is_dnc,
        cast(coalesce(signal_date, cast(fetched_at as date)) as timestamp) as as_of
    from intent_hems
    where hem_type = 'md5'

),

contact_id_subjects as (

    select
        'contactbased_id' as subject_type,
        contact_id as subject_value,
        false as is_first_party,
        true as is_discovered,
        false as is_dnc,
        cast(coalesce(signal_date, cast(fetched_at as date)) as timestamp) as as_of
    from export_rows
    where {{ matches('contact_id', 'id_[0-9a-f]{16}') }}

),

subjects as (

    select * from email_subjects

    union all

    select * from phone_subjects

    union all

    select * from linkedin_subjects

    union all

    select * from hem_subjects

    union all

    select * from contact_id_subjects

),

final as (

    select
        subject_type,
        subject_value,
        max(is_first_party) as is_first_party,
        max(is_discovered) as is_discovered,
        max(is_dnc) as is_dnc,
        max(as_of) as newest_at
    from subjects
    group by subject_type, subject_value

)

select * from final
