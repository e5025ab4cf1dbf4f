-- Grain: one row each time a saved audience was seen, in a list, when it was created or by its id.
with source as (

    select * from {{ ref('base_leadpipe__audiences') }}

),

kept as (

    {{ keep_staged('source', matches_only=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_leadpipe('audiences')) }} as fields
    from kept

),

-- In a list a record stands for itself; alone it stands under data.
located as (

    select
        *,
        case when {{ json_kind('fields.data') }} = 'object' then fields.data else record end as told_text
    from parsed

),

opened as (

    select
        *,
        {{ parse_json('told_text', columns_leadpipe('audiences')) }} as told
    from located

),

final as (

    select
        {{ lineage_columns() }},
        lower({{ to_text('told.id') }}) as audience_id,
        {{ to_text('told.name') }} as name,
        {{ to_text('told.status') }} as status,
        {{ parse_json('told.config', {'topicIds': 'text[]'}) ~ '.topicIds' }} as topic_ids,
        {{ to_integer('told.audienceSize') }} as audience_size,
        {{ to_timestamp_utc('told.lastRefreshedAt') }} as last_refreshed_at,
        {{ to_timestamp_utc('told.createdAt') }} as created_at,
        {{ to_timestamp_utc('told.updatedAt') }} as updated_at
    from opened

)

select * from final
