-- Grain: one row per evidence, vendor, identifier type and value: what ties records to people, as observed.
-- `node` is the value under which records meet: an address and its three hashes are one node, because the hash of a known
-- address is that address. `is_hash_only` marks evidence that is nothing but a hash.
-- strength: strong (a person's own), weak (a phone, the mailbox behind several spellings of an address: people of one name only),
-- composite (a full name together with an address, an employer or a value that a household's answer is about, or one name and the
-- year of birth at an address; as MD5). A row of the seed identity_rules (rule `links`) switches email_key and each composite on.
-- Street, IP, vehicle and employer alone link no records and have no rows. Values that cannot identify a person (macro
-- identifier_refusal, impossible addresses) are refused: int_identity__invalid_identifiers lists them.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_touched('evidence_id', 'int_identity__touched_evidence') }}",
) }}

{% set composites = [
    "'name_address'", "'name_employer'", "'first_name_year_address'", "'last_name_year_address'", "'name_year_zip'", "'name_asked'",
] | join(', ') %}

with addresses as (

    select * from {{ ref('int_contacts__email_addresses') }}

),

{% for relation, model in {
    'emails': 'int_contacts__emails',
    'phones': 'int_contacts__phones',
    'profiles': 'int_contacts__profiles',
    'signals': 'int_intent__signals',
}.items() %}
    {{ relation }} as (

        select * from {{ ref(model) }}
        where {{ is_touched('evidence_id', 'int_identity__touched_evidence') }}

    ),
{% endfor %}

-- Ids by which vendors and LinkedIn name the people of the list.
listed as (

    select
        row_key as evidence_id,
        'first_party' as vendor,
        row_key as record_id,
        first_loaded_at as observed_at,
        coalesce(
            {{ sales_navigator_id('sales_navigator_id') }}, {{ sales_navigator_id('linkedin_url') }}
        ) as sales_navigator_id,
        nullif(trim(bigdbm_id), '') as bigdbm_id,
        case
            when {{ matches('lower(trim(contactbased_id))', 'id_[0-9a-f]{16}') }} then lower(trim(contactbased_id))
        end as contactbased_id
    from {{ ref('stg_contactable__first_party') }}
    where {{ is_touched('row_key', 'int_identity__touched_evidence') }}

),

names as (

    select * from {{ ref('int_identity__names') }}

),

household_answers as (

    select * from {{ ref('int_identity__household_answers') }}

),

nicknames as (

    select * from {{ ref('nicknames') }}

),

switched_on as (

    select * from {{ ref('identity_rules') }}
    where rule = 'links'

),

from_emails as (

    select {{ observed_identifier('emails', "'email_md5'", 'addresses.email_md5') }}
    from emails
    inner join addresses on emails.email = addresses.email
    where addresses.is_valid

),

-- Profiles beside the first of a record.
more_profiles as (

    {{ unnest_list('profiles', 'linkedins', ['evidence_id', 'vendor', 'record_id', 'observed_at']) }}

),

-- What a record carries itself: numbers, hashes that came without their address, ids (also the vendor's id of a person of whom a
-- record holds an address, a number or a signal only), and the person that a vendor was asked for by name and address, who is the
-- one that it answered with (unless it knows several: int_identity__cuts). IP, street and vehicle link no records: they belong to
-- households.
from_records as (

    {% for relation, type, value, is_hash_only, at in [
        ('phones', "'phone'", 'phone', 'false', none),
        ('emails', "'email_md5'", 'email_md5', 'false', none),
        ('emails', "'email_sha1'", 'email_sha1', 'false', none),
        ('emails', "'email_sha256'", 'email_sha256', 'false', none),
        ('signals', "'email_' || hem_type", "case when hem_type <> 'unknown' then hem end", 'email is null and contact_id is null', none),
        ('emails', "vendor || '_id'", 'contact_id', 'false', none),
        ('phones', "vendor || '_id'", 'contact_id', 'false', none),
        ('signals', "vendor || '_id'", 'contact_id', 'false', none),
        ('profiles', 'person_ref_type', 'person_ref', 'false', 'observed_at'),
        ('profiles', "'linkedin'", 'linkedin', 'false', 'observed_at'),
        ('more_profiles', "'linkedin'", 'item', 'false', 'observed_at'),
        ('profiles', "'maid'", 'maid', 'false', 'observed_at'),
        ('listed', "'sales_navigator_id'", 'sales_navigator_id', 'false', 'observed_at'),
        ('listed', "'bigdbm_id'", 'bigdbm_id', 'false', 'observed_at'),
        ('listed', "'contactbased_id'", 'contactbased_id', 'false', 'observed_at'),
        ('profiles', "'pii'", "case when subject_type = 'pii' then subject_value end", 'false', 'observed_at'),
        ('profiles', "'pii'", "case when vendor = 'first_party' then md5(" ~ pii_object('profiles') ~ ') end', 'false', 'observed_at'),
    ] %}
        select {{ observed_identifier(relation, type, value, is_hash_only, at) }}
        from {{ relation }}
        where {{ value }} is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- What was asked about belongs to the person that the vendor answered with.
from_questions as (

    select
        {{ observed_identifier(
            'profiles',
            "case when profiles.subject_type = 'email' then 'email_md5' else profiles.subject_type end",
            "case profiles.subject_type when 'email' then addresses.email_md5"
            ~ " when 'phone' then " ~ normalise_phone('profiles.subject_value')
            ~ " when 'linkedin' then " ~ linkedin_slug('profiles.subject_value')
            ~ " when 'sales_navigator_id' then profiles.subject_value"
            ~ ' else lower(trim(profiles.subject_value)) end',
            at='observed_at',
        ) }}
    from profiles
    left join household_answers on profiles.record_id = household_answers.record_id
    left join addresses
        on
            case when profiles.subject_type = 'email' then {{ normalise_email('profiles.subject_value') }} end = addresses.email
            and addresses.is_valid
    where
        profiles.subject_type in (
            'email', 'email_md5', 'email_sha1', 'email_sha256', 'phone', 'linkedin', 'maid', 'sales_navigator_id'
        )
        and household_answers.record_id is null

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

-- Answers about several people in which no record lists the asked value: other records decide whose it is.
unlisted as (

    select
        household_answers.*,
        coalesce('email_md5:' || known_hashes.email_md5, household_answers.node) as asked_node
    from household_answers
    left join known_hashes
        on
            household_answers.identifier_type = known_hashes.identifier_type
            and household_answers.identifier_value = known_hashes.identifier_value
    where
        not household_answers.is_listed
        and household_answers.node is not null

),

from_household_answers as (

    select {{ observed_identifier('named_people', 'identifier_type', 'identifier_value', at='observed_at') }}
    from ({{ named_by_value('unlisted') }}) as named_people
    where {{ is_touched('evidence_id', 'int_identity__touched_evidence') }}

),

-- One key per address: computing it costs 13 microseconds (2026-11-21), and vendors repeat addresses.
homes as (

    select
        address,
        zip,
        {{ address_key('address', 'zip') }} as home
    from (
        select distinct
            address,
            zip
        from profiles
        where address is not null and zip is not null
    ) as written

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
        {% set value = 'md5(named.' ~ parts | join(" || '|' || named.") ~ ')' %}
        select {{ observed_identifier('named', "'" ~ type ~ "'", value, at='observed_at') }}
        from named
        inner join switched_on on switched_on.identifier_type = '{{ type }}'
        where named.{{ parts | last }} is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- The mailbox behind spellings that its provider delivers to one place: dots, tags.
from_email_keys as (

    select {{ observed_identifier('emails', "'email_key'", 'addresses.email_key') }}
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

    {% for relation in [
        'from_emails', 'from_records', 'from_questions', 'from_household_answers', 'from_composites', 'from_email_keys',
    ] %}
        select * from {{ relation }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

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

noded as (

    select
        observed.*,
        coalesce('email_md5:' || known_hashes.email_md5, observed.identifier_type || ':' || observed.identifier_value) as node
    from observed
    left join known_hashes
        on
            observed.identifier_type = known_hashes.identifier_type
            and observed.identifier_value = known_hashes.identifier_value

),

-- The full name with a value that a household's answer is about: of the people answered with, the one of that name is who carries
-- it elsewhere.
asked_values as (

    select
        evidence_id,
        vendor,
        record_id,
        asked_node as node,
        observed_at as first_observed_at,
        observed_at as last_observed_at
    from unlisted
    where {{ is_touched('evidence_id', 'int_identity__touched_evidence') }}

    union all

    select
        evidence_id,
        vendor,
        record_id,
        node,
        first_observed_at,
        last_observed_at
    from noded
    where node in (select unlisted.asked_node from unlisted)

),

with_asked_values as (

    select * from noded

    union all

    select
        asked_values.evidence_id,
        asked_values.vendor,
        'name_asked' as identifier_type,
        md5(names.given_key || '|' || names.last_name_key || '|' || asked_values.node) as identifier_value,
        min(asked_values.record_id) as record_id,
        false as is_hash_only,
        min(asked_values.first_observed_at) as first_observed_at,
        max(asked_values.last_observed_at) as last_observed_at,
        'name_asked:' || md5(names.given_key || '|' || names.last_name_key || '|' || asked_values.node) as node
    from asked_values
    inner join names on asked_values.evidence_id = names.evidence_id
    inner join switched_on on switched_on.identifier_type = 'name_asked'
    where not names.is_partial
    group by
        asked_values.evidence_id,
        asked_values.vendor,
        names.given_key,
        names.last_name_key,
        asked_values.node

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

final as (

    select
        held.evidence_id,
        held.vendor,
        held.identifier_type,
        held.identifier_value,
        case
            when held.identifier_type in ({{ composites }}, 'linkedin', 'phone', 'maid', 'pii', 'email_key')
                then held.identifier_type
            when left(held.identifier_type, 6) = 'email_' then 'email'
            else 'vendor_id'
        end as node_type,
        held.node,
        case
            when held.identifier_type in ('phone', 'email_key') then 'weak'
            when held.identifier_type in ({{ composites }}) then 'composite'
            else 'strong'
        end as strength,
        held.record_id,
        held.is_hash_only,
        names.first_name_key,
        names.last_name_key,
        names.name_key,
        names.name_form,
        names.birth_year,
        coalesce(
            id_spaces.person_ref_type,
            case when held.vendor = 'contactbased' and not held.is_hash_only then 'contactbased_id' end
        ) as person_ref_type,
        held.first_observed_at,
        held.last_observed_at
    from with_asked_values as held
    left join names on held.evidence_id = names.evidence_id
    left join id_spaces on held.evidence_id = id_spaces.evidence_id

)

select * from final
