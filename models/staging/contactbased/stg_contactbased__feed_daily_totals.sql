-- Grain: one row per feed, search and day of its window.
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

elements as (

    {{ unnest_list('parsed', parse_json('fields.daily_counts', 'json[]'), ['record_id']) }}

),

opened as (

    select
        parsed.*,
        elements.ordinal as place,
        {{ parse_json('elements.item', {'date': 'text', 'count': 'text'}) }} as element
    from parsed
    inner join elements on parsed.record_id = elements.record_id

),

final as (

    select
        {{ lineage_columns() }},
        place as ordinal,
        coalesce({{ to_text('fields.feed_id') }}, subject_value) as feed_id,
        {{ to_date('element.date') }} as signal_date,
        {{ to_integer('element.count') }} as record_count
    from opened

)

select * from final
