-- Grain: one row per signed address that was asked for. The address itself is a key to the file and is not shown.
with source as (

    select * from {{ ref('base_contactbased__export_files') }}

),

kept as (

    {{ keep_staged('source', matches_only=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased('export_files')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        subject_value as feed_id,
        coalesce({{ to_text('fields.export_id') }}, {{ to_text(json_text('options', '$.export_id')) }}) as export_id,
        {{ to_timestamp_utc('fields.expires_at') }} as expires_at,
        {{ to_integer('fields.expires_in') }} as expires_in_seconds
    from parsed

)

select * from final
