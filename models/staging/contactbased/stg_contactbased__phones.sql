-- Grain: one row per contact id and number; one row without a number for a contact id that has none, or (is_match
-- false) that the vendor does not know.
with kept as (

    {{ contactbased_bundle_records(['phones']) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased('enrichments').phones) }} as fields
    from kept

),

elements as (

    {{ unnest_list('parsed', json_list('fields.phones'), ['record_id']) }}

),

opened as (

    select
        parsed.*,
        elements.ordinal as place,
        elements.item,
        {{ parse_json('elements.item', {
            'phone': 'text',
            'type': 'text',
            'carrier': 'text',
            'dnc': 'text',
            'last_seen': 'text',
        }) }} as element
    from parsed
    left join elements on parsed.record_id = elements.record_id

),

final as (

    select
        {{ lineage_columns() }},
        is_match,
        place as ordinal,
        subject_value as contact_id,
        {{ json_element_text('item', 'element', 'phone') }} as phone,
        {{ to_text('element.type') }} as phone_type,
        {{ to_text('element.carrier') }} as carrier,
        {{ to_dnc('element.dnc') }} as dnc,
        {{ to_date('element.last_seen', 'fetched_at') }} as last_seen_date,
        {{ as_of('element.last_seen') }} as as_of
    from opened

)

select * from final
