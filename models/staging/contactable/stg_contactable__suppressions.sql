-- Grain: one row per suppressed identifier and scope.
with source as (

    select * from {{ source('contactable', 'suppressions') }}

),

final as (

    select
        identifier_type,
        identifier_hash,
        scope,
        reason,
        added_at
    from source

)

select * from final
