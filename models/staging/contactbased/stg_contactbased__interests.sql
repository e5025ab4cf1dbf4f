-- Grain: one row per contact id asked; is_match false where the vendor does not know it.
with source as (

    select * from {{ ref('base_contactbased__interests') }}

),

kept as (

    {{ keep_staged('source') }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased__interests()) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        is_match,
        subject_value as contact_id,
        {{ join_lists([json_texts('fields.interests')]) }} as interests
    from parsed

)

select * from final
