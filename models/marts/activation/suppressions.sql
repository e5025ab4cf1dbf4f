-- Grain: one row per suppressed identifier and scope, by its hash.
with suppressions as (

    select * from {{ ref('stg_contactable__suppressions') }}

),

final as (

    select
        identifier_type,
        identifier_hash,
        scope,
        min(reason) as reason,
        min(added_at) as added_at
    from suppressions
    group by
        identifier_type,
        identifier_hash,
        scope

)

select * from final
