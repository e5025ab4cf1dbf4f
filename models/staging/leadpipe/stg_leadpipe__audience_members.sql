-- Grain: one row per person, topic and reading of an audience query.
with source as (

    select * from {{ ref('base_leadpipe__audience_members') }}

),

kept as (

    {{ keep_staged('source', matches_only=true, across_pages=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_leadpipe('audience_members')) }} as fields,
        {{ parse_json('envelope', envelope_leadpipe('audience_members')) }} as answer
    from kept

),

hashed as (

    select
        *,
        coalesce(
            {{ to_text('fields.hem') }},
            {{ to_text(json_text('fields.emailHashes', '$.sha256')) }}
        ) as hem,
        {{ to_date(json_text('options', '$.date')) }} as asked_date
    from parsed

),

final as (

    select
        {{ lineage_columns() }},
        subject_value as query_name,
        {{ to_integer('fields.topicId') }} as topic_id,
        lower(hem) as hem,
        {{ hash_type('hem') }} as hem_type,
        {{ to_double('fields.intentScore') }} as intent_score,
        {{ to_text('fields.email') }} as email,
        {{ to_text('fields.company') }} as company_name,
        {{ to_text('fields.jobTitle') }} as job_title,
        coalesce(
            case when {{ to_text('answer.meta.dataDate') }} is null then asked_date end,
            cast({{ as_of('answer.meta.dataDate') }} as date),
            asked_date
        ) as data_date,
        {{ to_text('answer.meta.cacheKey') }} as cache_key,
        lower({{ to_text(json_text('options', '$.audienceId')) }}) as audience_id,
        {{ to_integer('answer.meta.totalCount') }} as total_count,
        {{ to_text(json_text('answer.meta.status')) }} as answer_status
    from hashed

)

select * from final
