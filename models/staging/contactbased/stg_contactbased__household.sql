-- Grain: one row per contact id asked; is_match false where the vendor does not know it.
with source as (

    select * from {{ ref('base_contactbased__household') }}

),

kept as (

    {{ keep_staged('source') }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased__household()) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        is_match,
        subject_value as contact_id,
        {{ to_integer('fields.household_size') }} as household_size,
        {{ to_flag('fields.has_children') }} as has_children,
        {{ to_text('fields.home_owner') }} as home_owner,
        {{ to_text('fields.home_value_range') }} as home_value_range,
        {{ to_text('fields.dwelling_type') }} as dwelling_type,
        {{ to_integer('fields.year_built') }} as year_built
    from parsed

)

select * from final
