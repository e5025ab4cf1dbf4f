-- Grain: one row per evidence and node that a score or a decision adds to what the rules link.
with final as (

    select
        cast(null as {{ engine_type('varchar') }}) as evidence_id,
        cast(null as {{ engine_type('varchar') }}) as node,
        cast(null as {{ engine_type('varchar') }}) as anchor,
        cast(null as {{ engine_type('integer') }}) as type_rank,
        cast(null as {{ engine_type('timestamp') }}) as first_observed_at,
        cast(null as {{ engine_type('varchar') }}) as name_key
    where false

)

select * from final
