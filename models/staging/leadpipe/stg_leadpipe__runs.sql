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
        {{ parse_json('record', columns_leadpipe__runs()) }} as fields
    from kept

),

opened as (

    select
        *,
        {{ parse_json("case when " ~ json_kind('fields.data') ~ " = 'object' then fields.data else record end", columns_leadpipe__runs()) }} as told
    from parsed

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
