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
        case when {{ json_kind('fields.data') }} = 'object' then fields.data else record end as details_text
    from parsed

),

opened as (

    select
        *,
        {{ parse_json('details_text', columns_leadpipe('runs')) }} as details
    from located

),

final as (

    select
        {{ lineage_columns() }},
        lower(subject_value) as audience_id,
        {{ to_date('details.dataDate') }} as data_date,
        {{ to_text('details.status') }} as status,
        {{ to_integer('details.totalCount') }} as total_count,
        {{ to_text('details.cacheKey') }} as cache_key,
        {{ to_text('details.runId') }} as run_id_at_vendor,
        {{ to_flag('details.hasExport') }} as has_export,
        {{ to_timestamp_utc('details.createdAt') }} as created_at
    from opened

)

select * from final
