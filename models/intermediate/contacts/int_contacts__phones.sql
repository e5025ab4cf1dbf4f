-- Grain: one row per evidence, vendor and phone number in E.164. What cannot be a number has no row here; the vendor's text
-- stays in staging.
with profiles as (

    select * from {{ ref('int_contacts__profiles') }}

),

contactbased_phones as (

    select * from {{ ref('stg_contactbased__phones') }}

),

exactbuyer_phones as (

    select * from {{ ref('stg_exactbuyer__contact_phones') }}

),

listed as (

    {{ unnest_list('profiles', 'phones', [
        'evidence_id', 'record_id', 'vendor', 'home_country', 'phone_type', 'observed_at', 'as_of', 'vendor_last_seen_date',
    ]) }}

),

united as (

    select
        evidence_id,
        record_id,
        vendor,
        cast(null as {{ engine_type('varchar') }}) as contact_id,
        item.phone as phone,
        home_country,
        phone_type,
        item.dnc as dnc,
        observed_at,
        as_of,
        vendor_last_seen_date
    from listed

    union all

    select
        evidence_id,
        record_id,
        vendor,
        cast(null as {{ engine_type('varchar') }}) as contact_id,
        phone,
        home_country,
        phone_type,
        cast(null as {{ engine_type('varchar') }}) as dnc,
        observed_at,
        as_of,
        vendor_last_seen_date
    from profiles
    where phone is not null

    union all

    select
        'contactbased:' || contact_id as evidence_id,
        record_id,
        vendor,
        contact_id,
        phone,
        cast(null as {{ engine_type('varchar') }}) as home_country,
        lower(phone_type) as phone_type,
        dnc,
        fetched_at as observed_at,
        as_of,
        last_seen_date as vendor_last_seen_date
    from contactbased_phones
    where is_match

    union all

    select
        exactbuyer_phones.contact_record_id as evidence_id,
        exactbuyer_phones.contact_record_id as record_id,
        exactbuyer_phones.vendor,
        cast(null as {{ engine_type('varchar') }}) as contact_id,
        exactbuyer_phones.phone,
        profiles.home_country,
        lower(exactbuyer_phones.phone_type) as phone_type,
        cast(null as {{ engine_type('varchar') }}) as dnc,
        exactbuyer_phones.fetched_at as observed_at,
        exactbuyer_phones.fetched_at as as_of,
        cast(null as date) as vendor_last_seen_date
    from exactbuyer_phones
    left join profiles on exactbuyer_phones.contact_record_id = profiles.record_id

),

cells as (

    select
        *,
        {{ phones_in('phone', 'home_country') }} as numbers
    from united

),

-- A cell with several numbers is as many rows.
normalised as (

    {{ unnest_list('cells', 'numbers', [
        'evidence_id', 'record_id', 'vendor', 'contact_id', 'phone_type', 'dnc', 'observed_at', 'as_of',
        'vendor_last_seen_date',
    ]) }}

),

final as (

    select
        evidence_id,
        vendor,
        contact_id,
        item as phone,
        max(phone_type) as phone_type,
        max(dnc in ('listed', 'unreadable')) as is_dnc,
        min(case when dnc in ('listed', 'unreadable') then dnc = 'unreadable' end) as is_dnc_unreadable,
        min(case when dnc = 'unreadable' then record_id end) as unreadable_dnc_record_id,
        max(case when dnc is not null then observed_at end) as dnc_told_at,
        min(record_id) as record_id,
        min(observed_at) as first_observed_at,
        max(observed_at) as last_observed_at,
        max(as_of) as as_of,
        max(vendor_last_seen_date) as vendor_last_seen_date
    from normalised
    group by
        evidence_id,
        vendor,
        contact_id,
        item

)

select * from final
