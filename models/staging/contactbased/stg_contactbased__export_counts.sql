-- Grain: one row per counted export configuration.
with source as (

    select * from {{ ref('base_contactbased__export_counts') }}

),

kept as (

    {{ keep_staged('source', matches_only=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased('export_counts')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        extraction_id,
        subject_value as feed_id,
        {{ to_integer('fields.total_records') }} as total_records,
        {{ to_integer('fields.distinct_contacts') }} as distinct_contacts,
        {{ to_integer('fields.billable_records') }} as billable_records
    from parsed

)

select * from final
