-- Grain: one row per evidence and node whose link a decision takes away.
with final as (

    select
        cast(null as {{ engine_type('varchar') }}) as evidence_id,
        cast(null as {{ engine_type('varchar') }}) as node
    where false

)

select * from final
