-- Grain: one row per setting and position.
with source as (

    select * from {{ source('contactable', 'settings') }}

),

final as (

    select
        setting,
        position,
        value
    from source

)

select * from final
