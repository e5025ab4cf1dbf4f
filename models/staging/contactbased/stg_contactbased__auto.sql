-- Grain: one row per contact id and vehicle; one row without a vehicle for a contact id that has none, or (is_match
-- false) that the vendor does not know.
with kept as (

    {{ contactbased_bundle_records(['auto']) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased('enrichments').auto) }} as fields
    from kept

),

elements as (

    {{ unnest_list('parsed', json_list('fields.vehicles'), ['record_id']) }}

),

opened as (

    select
        parsed.*,
        elements.ordinal as place,
        {{ parse_json('elements.item', {
            'year': 'text',
            'make': 'text',
            'model': 'text',
            'body_style': 'text',
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
        {{ to_integer('fields.vehicle_count') }} as vehicle_count,
        {{ to_integer('element.year') }} as model_year,
        {{ to_text('element.make') }} as make,
        {{ to_text('element.model') }} as model,
        {{ to_text('element.body_style') }} as body_style
    from opened

)

select * from final
