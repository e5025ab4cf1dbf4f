-- Grain: one row per contact id asked; is_match false where the vendor does not know it.
with source as (

    select * from {{ ref('base_contactbased__individual_core') }}

),

kept as (

    {{ keep_staged('source') }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased__individual_core()) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        is_match,
        subject_value as contact_id,
        {{ to_text('fields.first_name') }} as first_name,
        {{ to_text('fields.last_name') }} as last_name,
        {{ to_text('fields.gender') }} as gender,
        {{ to_integer('fields.birth_year') }} as birth_year,
        {{ to_text('fields.age_range') }} as age_range,
        {{ to_text('fields.address') }} as address,
        {{ to_text('fields.city') }} as city,
        {{ to_text('fields.state') }} as state,
        {{ to_text('fields.zip') }} as zip
    from parsed

)

select * from final
