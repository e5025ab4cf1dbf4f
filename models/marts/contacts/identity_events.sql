-- Grain: one row per event in the life of a contact_key: created, identified, merged, split, retired (int_identity__events).
-- depends_on: {{ ref('int_identity__resolves') }}
with events as (

    select * from {{ ref('int_identity__events') }}

),

final as (

    select
        event_key,
        coalesce(contact_key, former_key) as contact_key,
        event_type,
        occurred_at,
        vendor,
        record_id,
        reason,
        former_key,
        identifier_type,
        identifier_value,
        resolved_at
    from events

)

select * from final
