-- Grain: one row per evidence and node that a decision or a score adds to what the rules link. The key of a person is never
-- made of such a node: the anchor is the evidence itself.
with sides as (

    select * from {{ ref('int_identity__decision_sides') }}
    where
        problem is null
        and decision = 'same'

),

contradictions as (

    select * from {{ ref('int_identity__contradictions') }}

),

evidence as (

    select * from {{ ref('int_identity__evidence') }}

),

decided as (

    select distinct
        sides.evidence_id,
        'decision:' || sides.decision_key as node
    from sides
    left join contradictions on sides.decision_key = contradictions.decision_key
    where contradictions.decision_key is null

),

final as (

    select
        decided.evidence_id,
        decided.node,
        'evidence:' || decided.evidence_id as anchor,
        9 as type_rank,
        evidence.first_observed_at,
        cast(null as {{ engine_type('varchar') }}) as name_key
    from decided
    inner join evidence on decided.evidence_id = evidence.evidence_id

)

select * from final
