-- Grain: one row per topic and reading of the catalogue.
with source as (

    select * from {{ ref('base_leadpipe__topics') }}

),

kept as (

    {{ keep_staged('source', matches_only=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_leadpipe('topics')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        {{ to_integer('fields.topicId') }} as topic_id,
        {{ to_text('fields.topicName') }} as topic_name,
        {{ to_text('fields.type') }} as topic_type,
        {{ to_text('fields.industry') }} as industry,
        {{ to_text('fields.category') }} as category,
        coalesce(extraction_id, request_id) as reading_id,
        {{ to_flag(json_text('envelope', '$.meta.hasMore')) }} as has_more,
        {{ to_integer(json_text('envelope', '$.meta.total')) }} as catalogue_total
    from parsed

)

select * from final
