-- Grain: one row per vendor, stream and key that the vendor sends and we do not read.
{{ config(contract={'enforced': true}) }}

with landed as (

    select * from {{ ref('int_operations__landed_records') }}
    where unknown_keys is not null

),

keys_seen as (

    {{ unnest_list('landed', 'unknown_keys', ['vendor', 'stream', 'fetched_at']) }}

),

final as (

    select
        vendor,
        stream,
        item as key_name,
        count(*) as records,
        min(fetched_at) as first_seen_at,
        max(fetched_at) as last_seen_at
    from keys_seen
    group by vendor, stream, item

)

select * from final
