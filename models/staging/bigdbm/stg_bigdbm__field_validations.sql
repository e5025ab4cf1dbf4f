-- Grain: one row per consumer profile of PII with Validation and field that the vendor judged.
with source as (

    select * from {{ ref('base_bigdbm__consumer_profiles') }}

),

kept as (

    {{ keep_staged('source', matches_only=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', {'Validation': 'json[]'}) }} as fields
    from kept
    where endpoint = 'bigdbm.consumer_pii_validated'

),

elements as (

    {{ unnest_list('parsed', 'fields.Validation', ['record_id']) }}

),

opened as (

    select
        parsed.*,
        elements.ordinal as place,
        {{ parse_json('elements.item', {'Field': 'text', 'Is_Valid': 'text', 'Score': 'text', 'Last_Seen': 'text'}) }} as element
    from parsed
    inner join elements on parsed.record_id = elements.record_id

),

final as (

    select
        {{ lineage_columns() }},
        place as ordinal,
        {{ to_text('element.Field') }} as field_name,
        {{ to_flag('element.Is_Valid') }} as is_valid,
        {{ to_double('element.Score') }} as score,
        {{ to_date('element.Last_Seen', 'fetched_at') }} as last_seen_date
    from opened

)

select * from final
