-- Grain: one row per person, vendor and vehicle that the vendor lists for the person: by its VIN, or by year, make and model (a
-- person may have two alike). A vendor's newest list of a person's vehicles replaces its older ones.
with auto as (

    select * from {{ ref('stg_contactbased__auto') }}

),

first_party as (

    select * from {{ ref('stg_contactable__first_party') }}

),

profiles as (

    select * from {{ ref('int_contacts__profiles') }}

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

listed as (

    select
        'contactbased:' || contact_id as evidence_id,
        vendor,
        record_id,
        cast(null as {{ engine_type('varchar') }}) as vin,
        model_year,
        make,
        model,
        body_style,
        ordinal,
        fetched_at as as_of,
        max(fetched_at) over (partition by contact_id) = fetched_at as is_newest
    from auto
    where is_match

),

-- Whom a vendor answers with when asked about a VIN has that vehicle.
stated as (

    select
        evidence_id,
        vendor,
        record_id,
        vin,
        model_year,
        make,
        model,
        body_style,
        ordinal,
        as_of
    from listed
    where
        is_newest
        and coalesce(make, model, body_style) is not null

    union all

    select
        row_key as evidence_id,
        'first_party' as vendor,
        row_key as record_id,
        {{ normalise_vin('vin') }} as vin,
        cast(null as integer) as model_year,
        cast(null as {{ engine_type('varchar') }}) as make,
        cast(null as {{ engine_type('varchar') }}) as model,
        cast(null as {{ engine_type('varchar') }}) as body_style,
        1 as ordinal,
        first_loaded_at as as_of
    from first_party
    where {{ normalise_vin('vin') }} is not null

    union all

    select
        evidence_id,
        vendor,
        record_id,
        {{ normalise_vin('subject_value') }} as vin,
        cast(null as integer) as model_year,
        cast(null as {{ engine_type('varchar') }}) as make,
        cast(null as {{ engine_type('varchar') }}) as model,
        cast(null as {{ engine_type('varchar') }}) as body_style,
        1 as ordinal,
        as_of
    from profiles
    where subject_type = 'vin' and {{ normalise_vin('subject_value') }} is not null

),

keyed as (

    select
        clusters.contact_key,
        stated.vendor,
        stated.record_id,
        stated.vin,
        stated.model_year,
        stated.make,
        stated.model,
        stated.body_style,
        stated.as_of,
        coalesce(
            'vin:' || stated.vin,
            concat_ws('|', stated.evidence_id, stated.model_year, stated.make, stated.model, stated.body_style, stated.ordinal)
        ) as vehicle
    from stated
    inner join clusters on stated.evidence_id = clusters.evidence_id

),

final as (

    select
        md5(concat_ws('|', contact_key, vendor, vehicle)) as vehicle_key,
        contact_key,
        vendor,
        min(vin) as vin,
        min(model_year) as model_year,
        min(make) as make,
        min(model) as model,
        min(body_style) as body_style,
        min(record_id) as record_id,
        max(as_of) as as_of
    from keyed
    group by
        contact_key,
        vendor,
        vehicle

)

select * from final
