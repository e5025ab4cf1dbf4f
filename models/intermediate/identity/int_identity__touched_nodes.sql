-- Grain: one row per node about which something may be decided otherwise: touched evidence carries it, or did, or says that it is
-- a company's number. `was_cut` nodes linked no records until now.
with plan as (

    select * from {{ ref('int_identity__plan') }}
    where not is_full

),

touched_evidence as (

    select * from {{ ref('int_identity__touched_evidence') }}

),

former_nodes as (

    select * from {{ ref('int_identity__former_nodes') }}

),

identifiers as (

    select * from {{ ref('int_identity__identifiers') }}

),

profiles as (

    select * from {{ ref('int_contacts__profiles') }}

),

cuts as (

    {{ identity_state('int_identity__cuts', {'node': 'varchar'}, "action = 'cut'") }}

),

nodes as (

    select node from former_nodes

    union

    select identifiers.node
    from identifiers
    inner join touched_evidence on identifiers.evidence_id = touched_evidence.evidence_id

    union

    select 'phone:' || profiles.company_phone as node
    from profiles
    where
        profiles.observed_at > (select plan.known_before from plan)
        and profiles.company_phone is not null

),

final as (

    select
        nodes.node,
        cuts.node is not null as was_cut
    from nodes
    left join cuts on nodes.node = cuts.node

)

select * from final
