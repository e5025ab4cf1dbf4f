-- Grain: one row per person counted, each time it was counted.
with source as (

    select * from {{ ref('base_bigdbm__pii_counts') }}

),

kept as (

    {{ keep_staged('source', matches_only=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_bigdbm('pii_counts')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        {{ to_integer('fields.count') }} as matching_records
    from parsed

)

select * from final
