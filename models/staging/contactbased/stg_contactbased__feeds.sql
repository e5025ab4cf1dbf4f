-- Grain: one row per feed and reading of the feed list.
with source as (

    select * from {{ ref('base_contactbased__feeds') }}

),

kept as (

    {{ keep_staged('source', matches_only=true, across_pages=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased('feeds')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        {{ to_text('fields.feed_id') }} as feed_id,
        {{ to_text('fields.name') }} as name,
        {{ to_text('fields.feed_type') }} as feed_type,
        {{ to_text('fields.query') }} as query,
        {{ to_integer('fields.domain_count') }} as domain_count,
        {{ to_integer('fields.max_lookback_days') }} as max_lookback_days,
        {{ to_timestamp_utc('fields.created_at') }} as created_at,
        {{ to_timestamp_utc('fields.updated_at') }} as updated_at
    from parsed

)

select * from final
