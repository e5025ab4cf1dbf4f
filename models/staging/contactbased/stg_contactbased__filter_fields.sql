-- Grain: one row per filter field and reading.
with source as (

    select * from {{ ref('base_contactbased__filter_fields') }}

),

kept as (

    {{ keep_staged('source', matches_only=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased('filter_fields')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        {{ to_text('fields.field') }} as field,
        {{ to_text('fields.label') }} as label,
        {{ to_text('fields.category') }} as category,
        {{ to_text('fields.type') }} as value_type,
        {{ join_lists([json_texts('fields.operators')]) }} as operators
    from parsed

)

select * from final
