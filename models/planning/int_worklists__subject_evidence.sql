-- Grain: one row per thing that can be asked about (subject_type and normalised value) and evidence that names it: whose it is,
-- and whether it may be asked about at all. Nothing suppressed may: neither the identifier on the list, nor one known only from
-- records that carry such an identifier (a person who opted out at one address is not asked about at another; a number shared
-- with others stays theirs).
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

first_party as (

    select * from {{ ref('stg_contactable__first_party') }}

),

suppressions as (

    select * from {{ ref('stg_contactable__suppressions') }}

),

-- An address is on the list by itself, by its MD5, or by its domain.
suppressed_addresses as (

    select
        addresses.email,
        addresses.email_md5
    from addresses
    inner join suppressions on addresses.email_sha256 = suppressions.identifier_hash
    where suppressions.identifier_type = 'email' and suppressions.scope <> 'phone'

    union

    select
        addresses.email,
        addresses.email_md5
    from addresses
    inner join suppressions on {{ sha256_hex('addresses.email_md5') }} = suppressions.identifier_hash
    where suppressions.identifier_type = 'email_md5' and suppressions.scope <> 'phone'

    union

    select
        addresses.email,
        addresses.email_md5
    from addresses
    inner join suppressions on {{ sha256_hex('addresses.domain') }} = suppressions.identifier_hash
    where suppressions.identifier_type = 'domain' and suppressions.scope <> 'phone'

),

suppressed_phones as (

    select distinct phones.phone
    from phones
    inner join suppressions on {{ sha256_hex('phones.phone') }} = suppressions.identifier_hash
    where suppressions.identifier_type = 'phone' and suppressions.scope <> 'email'

),

suppressed_others as (

    select
        identifier_type,
        identifier_hash
    from suppressions
    where
        identifier_type in ('email_md5', 'linkedin', 'contactbased_id')
        and scope in ('all', 'erased')

),

suppressed_evidence as (

    select emails.evidence_id
    from emails
    inner join suppressed_addresses on emails.email = suppressed_addresses.email

    union

    select phones.evidence_id
    from phones
    inner join suppressed_phones on phones.phone = suppressed_phones.phone

    union

    select profiles.evidence_id
    from profiles
    inner join suppressed_others on {{ sha256_hex('profiles.linkedin') }} = suppressed_others.identifier_hash
    where suppressed_others.identifier_type = 'linkedin'

),

email_subjects as (

    select
        'email' as subject_type,
        emails.email as subject_value,
        emails.vendor = 'first_party' as is_first_party,
        emails.vendor = 'leadpipe' as is_discovered,
        false as is_dnc,
        emails.as_of,
        emails.evidence_id,
        suppressed_addresses.email is not null as is_suppressed
    from emails
    inner join addresses on emails.email = addresses.email
    left join suppressed_addresses on emails.email = suppressed_addresses.email
    where addresses.is_valid and not addresses.is_placeholder

),

phone_subjects as (

    select
        'phone' as subject_type,
        phones.phone as subject_value,
        phones.vendor = 'first_party' as is_first_party,
        false as is_discovered,
        coalesce(phones.is_dnc, false) as is_dnc,
        phones.as_of,
        phones.evidence_id,
        suppressed_phones.phone is not null as is_suppressed
    from phones
    left join suppressed_phones on phones.phone = suppressed_phones.phone

),

linkedin_subjects as (

    select
        'linkedin' as subject_type,
        'linkedin.com/in/' || profiles.linkedin as subject_value,
        true as is_first_party,
        false as is_discovered,
        false as is_dnc,
        profiles.as_of,
        profiles.evidence_id,
        suppressed_others.identifier_hash is not null as is_suppressed
    from profiles
    left join suppressed_others
        on
            {{ sha256_hex('profiles.linkedin') }} = suppressed_others.identifier_hash
            and suppressed_others.identifier_type = 'linkedin'
    where profiles.vendor = 'first_party' and profiles.linkedin is not null

),

hem_subjects as (

    select
        'email_md5' as subject_type,
        intent_hems.hem as subject_value,
        false as is_first_party,
        true as is_discovered,
        false as is_dnc,
        cast(intent_hems.signal_date as timestamp) as as_of,
        {{ hem_evidence_id('intent_hems.vendor', 'null', 'intent_hems.hem', 'null') }} as evidence_id,
        suppressed_addresses.email is not null or suppressed_others.identifier_hash is not null as is_suppressed
    from intent_hems
    left join suppressed_addresses on intent_hems.hem = suppressed_addresses.email_md5
    left join suppressed_others
        on
            {{ sha256_hex('intent_hems.hem') }} = suppressed_others.identifier_hash
            and suppressed_others.identifier_type = 'email_md5'
    where intent_hems.hem_type = 'md5'

),

-- Hashes of the list that came without their address. No vendor takes a SHA as a question; they meet what vendors send.
listed_hash_subjects as (

    select
        'email_md5' as subject_type,
        emails.email_md5 as subject_value,
        true as is_first_party,
        false as is_discovered,
        false as is_dnc,
        emails.as_of,
        emails.evidence_id,
        suppressed_addresses.email is not null or suppressed_others.identifier_hash is not null as is_suppressed
    from emails
    left join suppressed_addresses on emails.email_md5 = suppressed_addresses.email_md5
    left join suppressed_others
        on
            {{ sha256_hex('emails.email_md5') }} = suppressed_others.identifier_hash
            and suppressed_others.identifier_type = 'email_md5'
    where
        emails.vendor = 'first_party'
        and emails.email is null
        and emails.email_md5 is not null

),

contact_id_subjects as (

    select
        'contactbased_id' as subject_type,
        export_rows.contact_id as subject_value,
        false as is_first_party,
        true as is_discovered,
        false as is_dnc,
        cast(export_rows.signal_date as timestamp) as as_of,
        'contactbased:' || export_rows.contact_id as evidence_id,
        suppressed_others.identifier_hash is not null as is_suppressed
    from export_rows
    left join suppressed_others
        on
            {{ sha256_hex('export_rows.contact_id') }} = suppressed_others.identifier_hash
            and suppressed_others.identifier_type = 'contactbased_id'
    where {{ matches('export_rows.contact_id', 'id_[0-9a-f]{16}') }}

),

listed_contact_id_subjects as (

    select
        'contactbased_id' as subject_type,
        lower(trim(first_party.contactbased_id)) as subject_value,
        true as is_first_party,
        false as is_discovered,
        false as is_dnc,
        first_party.first_loaded_at as as_of,
        first_party.row_key as evidence_id,
        suppressed_others.identifier_hash is not null as is_suppressed
    from first_party
    left join suppressed_others
        on
            {{ sha256_hex('lower(trim(first_party.contactbased_id))') }} = suppressed_others.identifier_hash
            and suppressed_others.identifier_type = 'contactbased_id'
    where {{ matches('lower(trim(first_party.contactbased_id))', 'id_[0-9a-f]{16}') }}

),

-- What the list tells beside addresses, numbers and profiles. An object is written as the vendor gets it (canonical JSON):
-- its text is the question.
listed as (

    select
        profiles.evidence_id,
        profiles.as_of,
        profiles.maid,
        case when {{ is_public_ip(normalise_ip('first_party.ip')) }} then {{ normalise_ip('first_party.ip') }} end as ip,
        {{ normalise_vin('first_party.vin') }} as vin,
        coalesce(
            {{ sales_navigator_id('first_party.sales_navigator_id') }}, {{ sales_navigator_id('first_party.linkedin_url') }}
        ) as sales_navigator_id,
        trim(first_party.bigdbm_id) as bigdbm_id,
        {{ pii_object('profiles') }} as pii,
        case
            when profiles.address is not null and {{ is_us_zip('profiles') }}
                then {{ options_json({'Address': 'profiles.address', 'Zip': 'profiles.zip'}) }}
        end as address,
        case
            when
                profiles.address is not null
                and {{ is_us_zip('profiles') }}
                and coalesce(profiles.company_name, profiles.company_domain) is not null
                then
                    {{ options_json({
                        'Address': 'profiles.address',
                        'City': 'profiles.city',
                        'State': 'profiles.state',
                        'Zip': 'profiles.zip',
                    }) }}
        end as business_address,
        case
            when coalesce(profiles.company_name, profiles.company_domain, {{ normalise_ein('first_party.ein') }}) is not null
                then
                    {{ options_json({
                        'Domain': 'profiles.company_domain',
                        'CompanyName': 'case when profiles.company_domain is null then profiles.company_name end',
                        'EIN': normalise_ein('first_party.ein'),
                    }) }}
        end as company
    from profiles
    inner join first_party on profiles.evidence_id = first_party.row_key
    where profiles.vendor = 'first_party'

),

listed_subjects as (

    {% for type in [
        'maid', 'ip', 'vin', 'sales_navigator_id', 'bigdbm_id', 'pii', 'address', 'business_address', 'company',
    ] %}
        select
            '{{ type }}' as subject_type,
            {{ type }} as subject_value,
            true as is_first_party,
            false as is_discovered,
            false as is_dnc,
            as_of,
            evidence_id,
            false as is_suppressed
        from listed
        where nullif({{ type }}, '') is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- A neighbourhood is no person: it may be asked about, whichever source names it.
zip4_subjects as (

    select
        'zip4' as subject_type,
        zip_plus4 as subject_value,
        vendor = 'first_party' as is_first_party,
        vendor <> 'first_party' as is_discovered,
        false as is_dnc,
        as_of,
        evidence_id,
        false as is_suppressed
    from profiles
    where zip_plus4 is not null

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

    select * from listed_hash_subjects

    union all

    select * from contact_id_subjects

    union all

    select * from listed_contact_id_subjects

    union all

    select * from listed_subjects

    union all

    select * from zip4_subjects

),

final as (

    select
        subjects.subject_type,
        subjects.subject_value,
        subjects.evidence_id,
        max(subjects.is_first_party) as is_first_party,
        max(subjects.is_discovered) as is_discovered,
        max(subjects.is_dnc) as is_dnc,
        max(subjects.as_of) as newest_at,
        max(subjects.is_suppressed) as is_suppressed,
        max(suppressed_evidence.evidence_id is not null) as is_known_from_suppressed
    from subjects
    left join suppressed_evidence on subjects.evidence_id = suppressed_evidence.evidence_id
    group by
        subjects.subject_type,
        subjects.subject_value,
        subjects.evidence_id

)

select * from final
