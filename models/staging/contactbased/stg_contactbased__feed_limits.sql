-- Grain: one row per reading of the feed limit.
with source as (

    select * from {{ ref('base_contactbased__feed_limits') }}

),

kept as (

    {{ keep_staged('source', matches_only=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased('feed_limits')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        {{ to_integer('fields.feed_limit') }} as feed_limit,
        {{ to_integer('fields.feeds_created') }} as feeds_created,
        {{ to_integer('fields.feeds_remaining') }} as feeds_remaining
    from parsed

)

select * from final
