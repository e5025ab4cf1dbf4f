-- Grain: one row per previewed export configuration.
with source as (

    select * from {{ ref('base_contactbased__export_previews') }}

),

kept as (

    {{ keep_staged('source', matches_only=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased('export_previews')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        subject_value as feed_id,
        {{ to_integer('fields.total_records') }} as total_records
    from parsed

)

select * from final
