-- Grain: one row per evidence, vendor, identifier type and value: what ties records to people, as observed.
-- `node` is the value under which records meet: an address and its three hashes are one node, because the hash of a known
-- address is that address. `is_hash_only` marks evidence that is nothing but a hash.
-- strength: strong (a person's own), weak (a phone, the mailbox behind several spellings of an address: people of one name only),
-- composite (a full name together with an address or an employer, or one name and the year of birth at an address; as MD5). A
-- row of the seed identity_rules (rule `links`) switches email_key and each composite on.
-- Street, IP, vehicle and employer alone link nobody and have no rows. What cannot identify anybody (macro
-- identifier_refusal, addresses that are none) is refused: int_identity__refused lists it.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_touched('evidence_id', 'int_identity__touched_evidence') }}",
) }}

{% set composites = "'name_address', 'name_employer', 'first_name_year_address', 'last_name_year_address', 'name_year_zip'" %}

with emails as (

    select * from {{ ref('int_contacts__emails') }}
    where {{ is_touched('evidence_id', 'int_identity__touched_evidence') }}

),

addresses as (

    select * from {{ ref('int_contacts__email_addresses') }}

),

phones as (

    select * from {{ ref('int_contacts__phones') }}
    where {{ is_touched('evidence_id', 'int_identity__touched_evidence') }}

),

profiles as (

    select * from {{ ref('int_contacts__profiles') }}
    where {{ is_touched('evidence_id', 'int_identity__touched_evidence') }}

),

signals as (

    select * from {{ ref('int_intent__signals') }}
    where {{ is_touched('evidence_id', 'int_identity__touched_evidence') }}

),

names as (

    select * from {{ ref('int_identity__names') }}

),

switched_on as (

    select * from {{ ref('identity_rules') }}
    where rule = 'links'

),

from_emails as (

    select
        emails.evidence_id,
        emails.vendor,
        'email_md5' as identifier_type,
        addresses.email_md5 as identifier_value,
        emails.record_id,
        false as is_hash_only,
        emails.first_observed_at,
        emails.last_observed_at
    from emails
    inner join addresses on emails.email = addresses.email
    where addresses.is_valid

),

from_phones as (

    select
        evidence_id,
        vendor,
        'phone' as identifier_type,
        phone as identifier_value,
        record_id,
        false as is_hash_only,
        first_observed_at,
        last_observed_at
    from phones

),

-- A hash that came without its address.
from_given_hashes as (

    {% for hash in ['email_md5', 'email_sha1', 'email_sha256'] %}
        select
            evidence_id,
            vendor,
            '{{ hash }}' as identifier_type,
            {{ hash }} as identifier_value,
            record_id,
            false as is_hash_only,
            first_observed_at,
            last_observed_at
        from emails
        where {{ hash }} is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

from_signals as (

    select
        evidence_id,
        vendor,
        case when hem_type = 'unknown' then vendor || '_hem_id' else 'email_' || hem_type end as identifier_type,
        hem as identifier_value,
        record_id,
        contact_id is null and email is null as is_hash_only,
        first_observed_at,
        last_observed_at
    from signals
    where hem is not null

),

-- The vendor's id of a person whose record is nothing but an address, a number or a signal.
from_contact_ids as (

    {% for relation in ['emails', 'phones', 'signals'] %}
        select
            evidence_id,
            vendor,
            vendor || '_id' as identifier_type,
            contact_id as identifier_value,
            record_id,
            false as is_hash_only,
            first_observed_at,
            last_observed_at
        from {{ relation }}
        where contact_id is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

from_profiles as (

    {% for type, value in {
        'linkedin': 'linkedin',
        'maid': 'maid',
        none: 'person_ref',
    }.items() %}
        select
            evidence_id,
            vendor,
            {{ "'" ~ type ~ "'" if type else 'person_ref_type' }} as identifier_type,
            {{ value }} as identifier_value,
            record_id,
            false as is_hash_only,
            observed_at as first_observed_at,
            observed_at as last_observed_at
        from profiles
        where {{ value }} is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

asked as (

    select
        evidence_id,
        vendor,
        record_id,
        observed_at,
        subject_type,
        subject_value,
        case when subject_type = 'email' then {{ normalise_email('subject_value') }} end as email
    from profiles
    where subject_type in ('email', 'email_md5', 'email_sha1', 'email_sha256', 'phone', 'linkedin', 'maid')

),

-- What was asked about belongs to whom the vendor answered with.
from_questions as (

    select
        asked.evidence_id,
        asked.vendor,
        case when asked.subject_type = 'email' then 'email_md5' else asked.subject_type end as identifier_type,
        case asked.subject_type
            when 'email' then addresses.email_md5
            when 'phone' then {{ normalise_phone('asked.subject_value') }}
            when 'linkedin' then {{ linkedin_slug('asked.subject_value') }}
            else lower(trim(asked.subject_value))
        end as identifier_value,
        asked.record_id,
        false as is_hash_only,
        asked.observed_at as first_observed_at,
        asked.observed_at as last_observed_at
    from asked
    left join addresses
        on
            asked.email = addresses.email
            and addresses.is_valid

),

-- A person asked for by name and address is the one the vendor answered with (unless it knows several: int_identity__cuts).
-- IP, street and vehicle link nobody: they belong to households.
from_named_questions as (

    select
        evidence_id,
        vendor,
        'pii' as identifier_type,
        subject_value as identifier_value,
        record_id,
        false as is_hash_only,
        observed_at as first_observed_at,
        observed_at as last_observed_at
    from profiles
    where subject_type = 'pii'

    union all

    select
        evidence_id,
        vendor,
        'pii' as identifier_type,
        md5({{ pii_object('profiles') }}) as identifier_value,
        record_id,
        false as is_hash_only,
        observed_at as first_observed_at,
        observed_at as last_observed_at
    from profiles
    where vendor = 'first_party'

),

-- One key an address: it costs 13 microseconds (2026-11-21), and vendors tell the same address.
written_homes as (

    select distinct
        address,
        zip
    from profiles
    where
        address is not null
        and zip is not null

),

homes as (

    select
        address,
        zip,
        {{ address_key('address', 'zip') }} as home
    from written_homes

),

named as (

    select
        profiles.evidence_id,
        profiles.vendor,
        profiles.record_id,
        profiles.observed_at,
        names.given_key,
        names.last_name_key,
        names.birth_year,
        homes.home,
        profiles.zip,
        profiles.company_domain
    from profiles
    inner join names on profiles.evidence_id = names.evidence_id
    left join homes
        on
            profiles.address = homes.address
            and profiles.zip = homes.zip
    where not names.is_partial

),

-- The full name at an address, or with an employer, letter by letter: William's son is Bill. One of the two names is enough with
-- the year of birth at an address: the other may be a nickname or mistyped (int_identity__name_groups). With both and the year
-- the ZIP is enough: the street may be mistyped. An evidence's name and year may come from another of its records than the place.
from_composites as (

    {% for type, parts in {
        'name_address': ['given_key', 'last_name_key', 'home'],
        'name_employer': ['given_key', 'last_name_key', 'company_domain'],
        'name_year_zip': ['given_key', 'last_name_key', 'birth_year', 'zip'],
        'first_name_year_address': ['given_key', 'birth_year', 'home'],
        'last_name_year_address': ['last_name_key', 'birth_year', 'home'],
    }.items() %}
        select
            named.evidence_id,
            named.vendor,
            '{{ type }}' as identifier_type,
            md5(named.{{ parts | join(" || '|' || named.") }}) as identifier_value,
            named.record_id,
            false as is_hash_only,
            named.observed_at as first_observed_at,
            named.observed_at as last_observed_at
        from named
        inner join switched_on on switched_on.identifier_type = '{{ type }}'
        where named.{{ parts | last }} is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- The mailbox behind spellings that its provider delivers to one place: dots, tags.
from_email_keys as (

    select
        emails.evidence_id,
        emails.vendor,
        'email_key' as identifier_type,
        addresses.email_key as identifier_value,
        emails.record_id,
        false as is_hash_only,
        emails.first_observed_at,
        emails.last_observed_at
    from emails
    inner join addresses on emails.email = addresses.email
    inner join names on emails.evidence_id = names.evidence_id
    inner join switched_on on switched_on.identifier_type = 'email_key'
    where
        addresses.is_valid
        and addresses.email_key is not null
        and not names.is_partial

),

united as (

    select * from from_emails

    union all

    select * from from_phones

    union all

    select * from from_given_hashes

    union all

    select * from from_signals

    union all

    select * from from_contact_ids

    union all

    select * from from_profiles

    union all

    select * from from_questions

    union all

    select * from from_named_questions

    union all

    select * from from_composites

    union all

    select * from from_email_keys

),

observed as (

    select
        evidence_id,
        vendor,
        identifier_type,
        identifier_value,
        min(record_id) as record_id,
        max(is_hash_only) as is_hash_only,
        min(first_observed_at) as first_observed_at,
        max(last_observed_at) as last_observed_at
    from united
    where
        identifier_value is not null
        and {{ identifier_refusal('identifier_value') }} is null
    group by
        evidence_id,
        vendor,
        identifier_type,
        identifier_value

),

-- Whose person id the evidence is.
id_spaces as (

    select
        evidence_id,
        max(person_ref_type) as person_ref_type
    from profiles
    where person_ref is not null
    group by evidence_id

),

-- Also hashes of the address in capitals, which some vendors send.
known_hashes as (

    {% for hash in ['email_sha1', 'email_sha256', 'email_md5_upper', 'email_sha1_upper', 'email_sha256_upper'] %}
        select
            '{{ hash | replace("_upper", "") }}' as identifier_type,
            {{ hash }} as identifier_value,
            email_md5
        from addresses
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

final as (

    select
        observed.evidence_id,
        observed.vendor,
        observed.identifier_type,
        observed.identifier_value,
        case
            when observed.identifier_type in ({{ composites }}, 'linkedin', 'phone', 'maid', 'pii', 'email_key')
                then observed.identifier_type
            when left(observed.identifier_type, 6) = 'email_' then 'email'
            else 'vendor_id'
        end as node_type,
        coalesce(
            'email_md5:' || known_hashes.email_md5, observed.identifier_type || ':' || observed.identifier_value
        ) as node,
        case
            when observed.identifier_type in ('phone', 'email_key') then 'weak'
            when observed.identifier_type in ({{ composites }}) then 'composite'
            else 'strong'
        end as strength,
        observed.record_id,
        observed.is_hash_only,
        names.first_name_key,
        names.last_name_key,
        names.name_key,
        names.name_form,
        names.birth_year,
        coalesce(
            id_spaces.person_ref_type,
            case when observed.vendor = 'contactbased' and not observed.is_hash_only then 'contactbased_id' end
        ) as person_ref_type,
        observed.first_observed_at,
        observed.last_observed_at
    from observed
    left join names on observed.evidence_id = names.evidence_id
    left join id_spaces on observed.evidence_id = id_spaces.evidence_id
    left join known_hashes
        on
            observed.identifier_type = known_hashes.identifier_type
            and observed.identifier_value = known_hashes.identifier_value

)

select * from final
