-- Grain: one row per evidence, vendor, identifier type and value: what ties records to people, as observed.
-- `node` is the value under which records meet: an address and its three hashes are one node, because the hash of a known
-- address is that address. `is_hash_only` marks evidence that is nothing but a hash.
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

signals as (

    select * from {{ ref('int_intent__signals') }}

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

-- What was asked about belongs to whom the vendor answered with.
from_questions as (

    select
        evidence_id,
        vendor,
        case when subject_type = 'email' then 'email_md5' else subject_type end as identifier_type,
        case subject_type
            when 'email' then md5({{ normalise_email('subject_value') }})
            when 'phone' then {{ normalise_phone('subject_value') }}
            when 'linkedin' then {{ linkedin_slug('subject_value') }}
            else lower(trim(subject_value))
        end as identifier_value,
        record_id,
        false as is_hash_only,
        observed_at as first_observed_at,
        observed_at as last_observed_at
    from profiles
    where subject_type in ('email', 'email_md5', 'email_sha1', 'email_sha256', 'phone', 'linkedin', 'maid')

),

-- A person asked for by name and address is the one the vendor answered with, when it knows only one there. IP, street and
-- vehicle link nobody: they belong to households.
single_answers as (

    select
        subject_value,
        min(evidence_id) as evidence_id
    from profiles
    where subject_type = 'pii'
    group by subject_value
    having count(distinct evidence_id) = 1

),

listed_people as (

    select
        *,
        md5({{ pii_object('profiles') }}) as pii_key
    from profiles
    where vendor = 'first_party'

),

from_named_questions as (

    select
        profiles.evidence_id,
        profiles.vendor,
        'pii' as identifier_type,
        profiles.subject_value as identifier_value,
        profiles.record_id,
        false as is_hash_only,
        profiles.observed_at as first_observed_at,
        profiles.observed_at as last_observed_at
    from profiles
    inner join single_answers on profiles.subject_value = single_answers.subject_value
    where profiles.subject_type = 'pii'

    union all

    select
        listed_people.evidence_id,
        listed_people.vendor,
        'pii' as identifier_type,
        listed_people.pii_key as identifier_value,
        listed_people.record_id,
        false as is_hash_only,
        listed_people.observed_at as first_observed_at,
        listed_people.observed_at as last_observed_at
    from listed_people
    inner join single_answers on listed_people.pii_key = single_answers.subject_value

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
    where identifier_value is not null
    group by
        evidence_id,
        vendor,
        identifier_type,
        identifier_value

),

-- The name under which a vendor knows the person: the latest one of the evidence.
people as (

    select
        evidence_id,
        max_by({{ name_key('first_name') }}, cast(observed_at as {{ engine_type('varchar') }}) || record_id) as first_name_key,
        max_by({{ name_key('last_name') }}, cast(observed_at as {{ engine_type('varchar') }}) || record_id) as last_name_key,
        max(case when person_ref is not null then person_ref_type end) as person_ref_type
    from profiles
    group by evidence_id

),

known_hashes as (

    {% for hash in ['email_sha1', 'email_sha256'] %}
        select
            '{{ hash }}' as identifier_type,
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
            when observed.identifier_type in ('linkedin', 'phone', 'maid') then observed.identifier_type
            when left(observed.identifier_type, 6) = 'email_' then 'email'
            else 'vendor_id'
        end as node_type,
        coalesce(
            'email_md5:' || known_hashes.email_md5, observed.identifier_type || ':' || observed.identifier_value
        ) as node,
        case when observed.identifier_type = 'phone' then 'weak' else 'strong' end as strength,
        observed.record_id,
        observed.is_hash_only,
        people.first_name_key,
        people.last_name_key,
        coalesce(
            people.person_ref_type,
            case when observed.vendor = 'contactbased' and not observed.is_hash_only then 'contactbased_id' end
        ) as person_ref_type,
        observed.first_observed_at,
        observed.last_observed_at
    from observed
    left join people on observed.evidence_id = people.evidence_id
    left join known_hashes
        on
            observed.identifier_type = known_hashes.identifier_type
            and observed.identifier_value = known_hashes.identifier_value

)

select * from final
