-- Grain: one row per contact id asked; is_match false where the vendor does not know it.
with source as (

    select * from {{ ref('base_contactbased__location') }}

),

kept as (

    {{ keep_staged('source') }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased__location()) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        is_match,
        subject_value as contact_id,
        {{ to_text('fields.address') }} as address,
        {{ to_text('fields.city') }} as city,
        {{ to_text('fields.state') }} as state,
        {{ to_text('fields.zip') }} as zip,
        {{ to_text('fields.zip4') }} as zip4,
        {{ to_text('fields.county') }} as county,
        {{ to_double('fields.latitude') }} as latitude,
        {{ to_double('fields.longitude') }} as longitude,
        {{ to_text('fields.dma') }} as dma
    from parsed

)

select * from final
