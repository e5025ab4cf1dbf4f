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

    {{ unnest_list('profiles', 'phones', ['evidence_id', 'record_id', 'vendor', 'phone_type', 'observed_at', 'as_of']) }}

),

united as (

    select
        evidence_id,
        record_id,
        vendor,
        cast(null as {{ engine_type('varchar') }}) as contact_id,
        item.phone as phone,
        phone_type,
        item.is_dnc as is_dnc,
        observed_at,
        as_of
    from listed

    union all

    select
        evidence_id,
        record_id,
        vendor,
        cast(null as {{ engine_type('varchar') }}) as contact_id,
        phone,
        phone_type,
        cast(null as boolean) as is_dnc,
        observed_at,
        as_of
    from profiles
    where phone is not null

    union all

    select
        'contactbased:' || contact_id as evidence_id,
        record_id,
        vendor,
        contact_id,
        phone,
        lower(phone_type) as phone_type,
        is_dnc,
        fetched_at as observed_at,
        coalesce(cast(last_seen_date as timestamp), fetched_at) as as_of
    from contactbased_phones
    where is_match

    union all

    select
        contact_record_id as evidence_id,
        contact_record_id as record_id,
        vendor,
        cast(null as {{ engine_type('varchar') }}) as contact_id,
        phone,
        lower(phone_type) as phone_type,
        cast(null as boolean) as is_dnc,
        fetched_at as observed_at,
        fetched_at as as_of
    from exactbuyer_phones

),

normalised as (

    select
        *,
        {{ normalise_phone('phone') }} as phone_e164
    from united

),

final as (

    select
        evidence_id,
        vendor,
        contact_id,
        phone_e164 as phone,
        max(phone_type) as phone_type,
        max(is_dnc) as is_dnc,
        min(record_id) as record_id,
        min(observed_at) as first_observed_at,
        max(observed_at) as last_observed_at,
        max(as_of) as as_of
    from normalised
    where phone_e164 is not null
    group by
        evidence_id,
        vendor,
        contact_id,
        phone_e164

)

select * from final
