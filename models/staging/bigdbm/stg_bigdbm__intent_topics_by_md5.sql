-- Grain: one row per topic that a hash showed interest in, each time it was asked.
with source as (

    select * from {{ ref('base_bigdbm__intent_topics_by_md5') }}

),

kept as (

    {{ keep_staged('source', matches_only=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_bigdbm('intent_topics_by_md5')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        lower(subject_value) as hem,
        {{ hash_type('subject_value') }} as hem_type,
        try_cast({{ json_text('options', '$.StartDate') }} as date) as window_start,
        try_cast({{ json_text('options', '$.EndDate') }} as date) as window_end,
        {{ to_text('fields.type') }} as topic_type,
        {{ to_text('fields.sentence') }} as topic,
        cast({{ as_of('fields.signal_date') }} as date) as signal_date,
        {{ to_double('fields.confidence') }} as confidence,
        {{ to_integer('fields.signal_count') }} as signal_count
    from parsed

)

select * from final
