-- Grain: one row per evidence, vendor and normalised e-mail address that the vendor gave, or per set of hashes where the vendor
-- gave no address. Impossible addresses are kept; int_contacts__email_addresses marks them.
with profiles as (

    select * from {{ ref('int_contacts__profiles') }}

),

contactbased_emails as (

    select * from {{ ref('stg_contactbased__emails') }}

),

-- A list of hashes names people whose addresses it does not tell.
hashed_lists as (

    select
        row_key,
        first_loaded_at,
        lower(trim(email_md5)) as email_md5,
        lower(trim(email_sha1)) as email_sha1,
        lower(trim(email_sha256)) as email_sha256
    from {{ ref('stg_contactable__first_party') }}
    where
        email is null
        and coalesce(email_md5, email_sha1, email_sha256) is not null

),

ascii_addresses as (

    select * from {{ ref('int_contacts__ascii_addresses') }}

),

listed as (

    {{ unnest_list('profiles', 'emails', [
        'evidence_id', 'record_id', 'vendor', 'observed_at', 'as_of', 'vendor_last_seen_date',
    ]) }}

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
        as_of,
        vendor_last_seen_date
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
        as_of,
        vendor_last_seen_date
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
        as_of,
        last_seen_date as vendor_last_seen_date
    from contactbased_emails
    where is_match

    union all

    select
        row_key as evidence_id,
        row_key as record_id,
        'first_party' as vendor,
        cast(null as {{ engine_type('varchar[]') }}) as addresses,
        cast(null as {{ engine_type('varchar') }}) as email_type,
        {% for hash in ['md5', 'sha1', 'sha256'] %}
            case when {{ hash_type('email_' ~ hash) }} = '{{ hash }}' then email_{{ hash }} end as email_{{ hash }},
        {% endfor %}
        cast(null as {{ engine_type('varchar') }}) as contact_id,
        first_loaded_at as observed_at,
        first_loaded_at as as_of,
        cast(null as date) as vendor_last_seen_date
    from hashed_lists

),

-- A cell with several addresses is as many rows.
parted as (

    {{ unnest_list('united', 'addresses', [
        'evidence_id', 'record_id', 'vendor', 'email_type', 'email_md5', 'email_sha1', 'email_sha256', 'contact_id',
        'observed_at', 'as_of', 'vendor_last_seen_date',
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
        vendor_last_seen_date,
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
        parted.as_of,
        parted.vendor_last_seen_date
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
        max(as_of) as as_of,
        max(vendor_last_seen_date) as vendor_last_seen_date
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
