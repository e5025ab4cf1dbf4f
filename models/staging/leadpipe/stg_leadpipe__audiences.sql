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
        case when {{ json_kind('fields.data') }} = 'object' then fields.data else record end as details_text
    from parsed

),

opened as (

    select
        *,
        {{ parse_json('details_text', columns_leadpipe('audiences')) }} as details
    from located

),

final as (

    select
        {{ lineage_columns() }},
        lower({{ to_text('details.id') }}) as audience_id,
        {{ to_text('details.name') }} as name,
        {{ to_text('details.status') }} as status,
        {{ parse_json('details.config', {'topicIds': 'text[]'}) ~ '.topicIds' }} as topic_ids,
        {{ to_text('details.config') }} as config,
        {{ to_integer('details.audienceSize') }} as audience_size,
        {{ to_timestamp_utc('details.lastRefreshedAt') }} as last_refreshed_at,
        {{ to_timestamp_utc('details.createdAt') }} as created_at,
        {{ to_timestamp_utc('details.updatedAt') }} as updated_at
    from opened

)

select * from final
