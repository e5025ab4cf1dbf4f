-- Grain: one row per enriched contact and phone number.
with source as (

    select * from {{ ref('base_exactbuyer__contacts') }}

),

kept as (

    {{ keep_staged('source', matches_only=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_exactbuyer('contacts')) }} as fields
    from kept

),

elements as (

    {{ unnest_list('parsed', json_list('fields.phone_numbers'), ['record_id']) }}

),

opened as (

    select
        parsed.*,
        elements.ordinal as place,
        elements.item,
        {{ parse_json('elements.item', {'E164': 'text', 'type': 'text'}) }} as element
    from parsed
    inner join elements on parsed.record_id = elements.record_id

),

final as (

    select
        {{ lineage_columns() }},
        record_id as contact_record_id,
        place as ordinal,
        {{ json_element_text('item', 'element', 'E164') }} as phone,
        {{ to_text('element.type') }} as phone_type
    from opened

)

select * from final
