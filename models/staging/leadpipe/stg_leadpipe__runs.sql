-- Grain: one row each time a daily run, or the state of the latest, was seen.
with source as (

    select * from {{ ref('base_leadpipe__runs') }}

),

kept as (

    {{ keep_staged('source', matches_only=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_leadpipe('runs')) }} as fields
    from kept

),

-- In a list a record stands for itself; alone it stands under data.
located as (

    select
        *,
        case when {{ json_kind('fields.data') }} = 'object' then fields.data else record end as told_text
    from parsed

),

opened as (

    select
        *,
        {{ parse_json('told_text', columns_leadpipe('runs')) }} as told
    from located

),

final as (

    select
        {{ lineage_columns() }},
        lower(subject_value) as audience_id,
        {{ to_date('told.dataDate') }} as data_date,
        {{ to_text('told.status') }} as status,
        {{ to_integer('told.totalCount') }} as total_count,
        {{ to_text('told.cacheKey') }} as cache_key,
        {{ to_text('told.runId') }} as run_id_at_vendor,
        {{ to_flag('told.hasExport') }} as has_export,
        {{ to_timestamp_utc('told.createdAt') }} as created_at
    from opened

)

select * from final
