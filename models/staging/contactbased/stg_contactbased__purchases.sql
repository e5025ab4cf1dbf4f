-- Grain: one row per contact id asked; is_match false where the vendor does not know it.
with source as (

    select * from {{ ref('base_contactbased__purchases') }}

),

kept as (

    {{ keep_staged('source') }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased__purchases()) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        is_match,
        subject_value as contact_id,
        {{ join_lists([json_texts('fields.categories')]) }} as categories,
        {{ to_date('fields.last_purchase_date') }} as last_purchase_date
    from parsed

)

select * from final
