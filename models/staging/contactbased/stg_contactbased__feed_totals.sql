-- Grain: one row per feed and search.
with source as (

    select * from {{ ref('base_contactbased__feed_totals') }}

),

kept as (

    {{ keep_staged('source', matches_only=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased('feed_totals')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        coalesce({{ to_text('fields.feed_id') }}, subject_value) as feed_id,
        {{ to_integer('fields.total_records') }} as total_records,
        coalesce(
            {{ to_integer('fields.records_with_contact_id') }},
            {{ to_integer('fields.records_with_cb_id') }}
        ) as records_with_contact_id,
        coalesce(
            {{ to_integer('fields.records_without_contact_id') }},
            {{ to_integer('fields.records_without_cb_id') }}
        ) as records_without_contact_id,
        {{ to_integer('fields.lookback_days') }} as lookback_days,
        {{ to_date('fields.start_date') }} as start_date,
        {{ to_date('fields.end_date') }} as end_date
    from parsed

)

select * from final
