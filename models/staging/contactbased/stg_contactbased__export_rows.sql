-- Grain: one row per row of an export.
with source as (

    select * from {{ ref('base_contactbased__export_rows') }}

),

kept as (

    {{ keep_staged('source', matches_only=true, across_pages=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased('export_rows')) }} as fields,
        {{ parse_json('envelope', envelope_contactbased('export_rows')) }} as answer
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        coalesce({{ to_text('answer.export_id') }}, {{ json_text('options', '$.export_id') }}) as export_id,
        subject_value as feed_id,
        coalesce({{ to_integer('answer.page') }}, page) as page,
        ordinal as row_number,
        {{ to_text('fields.contact_id') }} as contact_id,
        lower({{ to_text('fields.email_sha256') }}) as hem,
        {{ hash_type(to_text('fields.email_sha256')) }} as hem_type,
        {{ to_text('fields.domain') }} as domain,
        {{ to_text('fields.topic') }} as topic,
        cast({{ as_of('fields.date') }} as date) as signal_date,
        {{ to_integer('fields.record_count') }} as record_count
    from parsed

)

select * from final
