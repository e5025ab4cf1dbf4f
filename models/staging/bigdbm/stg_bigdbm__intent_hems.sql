-- Grain: one row per HEM of an intent list.
with source as (

    select * from {{ ref('base_bigdbm__intent_hems') }}

),

kept as (

    {{ keep_staged('source', matches_only=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_bigdbm('intent_hems')) }} as fields,
        {{ parse_json('envelope', envelope_bigdbm('intent_hems')) }} as answer
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        {{ to_text('answer.listId') }} as list_id,
        {{ to_integer('answer.metadata.keyword_match_pool') }} as keyword_match_pool,
        {{ to_text('answer.metadata.api_version') }} as api_version,
        subject_value as keyword,
        try_cast({{ json_text('options', '$.StartDate') }} as date) as window_start,
        try_cast({{ json_text('options', '$.EndDate') }} as date) as window_end,
        lower({{ to_text('fields.hem') }}) as hem,
        {{ hash_type(to_text('fields.hem')) }} as hem_type,
        cast({{ as_of('fields.signal_date') }} as date) as signal_date,
        {{ to_double('fields.confidence') }} as confidence,
        {{ to_integer('fields.signal_count') }} as signal_count
    from parsed

)

select * from final
