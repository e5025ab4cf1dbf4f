-- Grain: one row per audience and state in which it was seen.
with source as (

    select * from {{ ref('base_bigdbm__audiences') }}

),

kept as (

    {{ keep_staged('source', matches_only=true, across_pages=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_bigdbm('audiences')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        coalesce({{ to_text('fields.audienceId') }}, {{ json_text('options', '$.AudienceId') }}) as audience_id,
        subject_value as audience_name,
        {{ json_text('options', '$.AudienceType') }} as audience_type,
        {{ json_text('options', '$.Filters') }} as filters,
        try_cast({{ json_text('options', '$.MaxRecords') }} as integer) as max_records,
        lower({{ to_text('fields.status') }}) as status,
        {{ to_integer('fields.count') }} as member_count
    from parsed

)

select * from final
