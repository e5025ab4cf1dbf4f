-- Grain: one row per export summary seen, so several for one export while it is polled.
with source as (

    select * from {{ ref('base_contactbased__exports') }}

),

kept as (

    {{ keep_staged('source', matches_only=true, across_pages=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased('exports')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        extraction_id,
        {{ to_text('fields.export_id') }} as export_id,
        {{ to_text('fields.feed_id') }} as feed_id,
        {{ to_text('fields.name') }} as name,
        lower({{ to_text('fields.status') }}) as status,
        {{ to_double('fields.build_progress') }} as build_progress,
        {{ to_text('fields.build_error') }} as build_error,
        {{ to_integer('fields.page_size') }} as page_size,
        {{ to_integer('fields.max_rows') }} as max_rows,
        {{ to_flag('fields.require_contact_id') }} as require_contact_id,
        {{ to_text('fields.consumer_filters') }} as consumer_filters,
        {{ list_text(json_texts('fields.enrichment_bundles')) }} as enrichment_bundles,
        {{ to_integer('fields.lookback_days') }} as lookback_days,
        {{ to_date('fields.start_date') }} as start_date,
        {{ to_date('fields.end_date') }} as end_date,
        {{ to_integer('fields.total_rows') }} as total_rows,
        {{ to_integer('fields.total_pages') }} as total_pages,
        {{ to_double('fields.records_reserved') }} as records_reserved,
        {{ to_timestamp_utc('fields.created_at') }} as created_at,
        {{ to_timestamp_utc('fields.ready_at') }} as ready_at
    from parsed

)

select * from final
