-- Grain: one row per evidence, vendor and normalised e-mail address that the vendor gave, or per set of hashes where the vendor
-- gave no address. Impossible addresses are kept; int_contacts__email_addresses marks them.
with profiles as (

    select * from {{ ref('int_contacts__profiles') }}

),

contactbased_emails as (

    select * from {{ ref('stg_contactbased__emails') }}

),

ascii_addresses as (

    select * from {{ ref('int_contacts__ascii_addresses') }}

),

listed as (

    {{ unnest_list('profiles', 'emails', ['evidence_id', 'record_id', 'vendor', 'observed_at', 'as_of']) }}

),

united as (

    select
        evidence_id,
        record_id,
        vendor,
        {{ emails_in('item') }} as addresses,
        cast(null as {{ engine_type('varchar') }}) as email_type,
        cast(null as {{ engine_type('varchar') }}) as email_md5,
        cast(null as {{ engine_type('varchar') }}) as email_sha1,
        cast(null as {{ engine_type('varchar') }}) as email_sha256,
        cast(null as {{ engine_type('varchar') }}) as contact_id,
        observed_at,
        as_of
    from listed

    union all

    select
        evidence_id,
        record_id,
        vendor,
        {{ text_list('email') }} as addresses,
        cast(null as {{ engine_type('varchar') }}) as email_type,
        cast(null as {{ engine_type('varchar') }}) as email_md5,
        cast(null as {{ engine_type('varchar') }}) as email_sha1,
        cast(null as {{ engine_type('varchar') }}) as email_sha256,
        cast(null as {{ engine_type('varchar') }}) as contact_id,
        observed_at,
        as_of
    from profiles

    union all

    select
        'contactbased:' || contact_id as evidence_id,
        record_id,
        vendor,
        {{ emails_in('email') }} as addresses,
        lower(email_type) as email_type,
        {% for hash in ['md5', 'sha1', 'sha256'] %}
            case when email is null and {{ hash_type(hash) }} = '{{ hash }}' then {{ hash }} end as email_{{ hash }},
        {% endfor %}
        contact_id,
        fetched_at as observed_at,
        as_of
    from contactbased_emails
    where is_match

),

-- A cell with several addresses is as many rows.
parted as (

    {{ unnest_list('united', 'addresses', [
        'evidence_id', 'record_id', 'vendor', 'email_type', 'email_md5', 'email_sha1', 'email_sha256', 'contact_id', 'observed_at', 'as_of',
    ]) }}

    union all

    select
        evidence_id,
        record_id,
        vendor,
        email_type,
        email_md5,
        email_sha1,
        email_sha256,
        contact_id,
        observed_at,
        as_of,
        cast(null as {{ engine_type('varchar') }}) as item,
        1 as ordinal
    from united
    where addresses is null or {{ list_size('addresses') }} = 0

),

-- What has no @ and stands for no value ("N/A") is none.
no_values as (

    select distinct {{ placeholder_key('value') }} as value_key
    from {{ ref('placeholder_values') }}
    where kind = 'any'

),

-- A domain in another alphabet is one with its ASCII form: an address is written to, and hashed, in that.
addressed as (

    select
        parted.evidence_id,
        parted.record_id,
        parted.vendor,
        case when no_values.value_key is null then coalesce(ascii_addresses.email, parted.item) end as email,
        parted.email_type,
        parted.email_md5,
        parted.email_sha1,
        parted.email_sha256,
        parted.contact_id,
        parted.observed_at,
        parted.as_of
    from parted
    left join ascii_addresses on parted.item = ascii_addresses.written
    left join no_values on {{ placeholder_key('parted.item') }} = no_values.value_key

),

final as (

    select
        evidence_id,
        vendor,
        email,
        email_md5,
        email_sha1,
        email_sha256,
        contact_id,
        max(email_type) as email_type,
        min(record_id) as record_id,
        min(observed_at) as first_observed_at,
        max(observed_at) as last_observed_at,
        max(as_of) as as_of
    from addressed
    where coalesce(email, email_md5, email_sha1, email_sha256) is not null
    group by
        evidence_id,
        vendor,
        email,
        email_md5,
        email_sha1,
        email_sha256,
        contact_id

)

select * from final
