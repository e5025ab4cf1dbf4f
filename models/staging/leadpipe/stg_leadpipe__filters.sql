-- Grain: one row per filter, legal value and reading of the catalogue; one row without a value for an empty one.
with source as (

    select * from {{ ref('base_leadpipe__filters') }}

),

kept as (

    {{ keep_staged('source', matches_only=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_leadpipe('filters')) }} as fields
    from kept

),

entries as (

    select
        record_id,
        {{ map_to_entries(parse_json('fields.data', 'map')) }} as entries
    from parsed

),

lists as (

    {{ unnest_list('entries', 'entries', ['record_id']) }}

),

named as (

    select
        record_id,
        item.key as filter_name,
        {{ parse_json('item.value', 'json[]') }} as legal_values
    from lists

),

legal as (

    {{ unnest_list('named', 'legal_values', ['record_id', 'filter_name']) }}

),

opened as (

    select
        record_id as parsed_record_id,
        filter_name,
        item,
        ordinal
    from legal

),

final as (

    select
        {{ lineage_columns('parsed') }},
        opened.ordinal as ordinal,
        opened.filter_name as filter_name,
        {{ to_text(json_text('opened.item')) }} as value
    from parsed
    left join opened on parsed.record_id = opened.parsed_record_id

)

select * from final
