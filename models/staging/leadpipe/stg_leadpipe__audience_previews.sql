-- Grain: one row per previewed query. The masked sample stays in raw.
with source as (

    select * from {{ ref('base_leadpipe__audience_previews') }}

),

kept as (

    {{ keep_staged('source', matches_only=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_leadpipe('audience_previews')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        subject_value as query_name,
        {{ to_integer(json_text('fields.data', '$.totalCount')) }} as total_count,
        {{ to_date(json_text('fields.data', '$.dataDate')) }} as data_date,
        {{ to_text(json_text('fields.data', '$.previewKey')) }} as preview_key
    from parsed

)

select * from final
