-- Grain: one row per enriched contact and education.
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

    {{ unnest_list('parsed', 'fields.education', ['record_id']) }}

),

opened as (

    select
        parsed.*,
        elements.ordinal as place,
        {{ parse_json('elements.item', {
            'school': {'name': 'text'},
            'degree': 'text',
            'start_date': 'text',
            'end_date': 'text',
        }) }} as element
    from parsed
    inner join elements on parsed.record_id = elements.record_id

),

final as (

    select
        {{ lineage_columns() }},
        record_id as contact_record_id,
        place as ordinal,
        {{ to_text('element.school.name') }} as school_name,
        {{ to_text('element.degree') }} as degree,
        {{ to_text('element.start_date') }} as start_date,
        {{ to_text('element.end_date') }} as end_date
    from opened

)

select * from final
