-- Grain: one row per evidence whose person may be another than at the last resolve: it meets touched evidence on a node that
-- links or linked records, a decision is about it, or it was resolved together with one of these. Empty when everything is
-- looked at.
with plan as (

    select * from {{ ref('int_identity__plan') }}
    where not is_full

),

touched_evidence as (

    select * from {{ ref('int_identity__touched_evidence') }}

),

touched_nodes as (

    select * from {{ ref('int_identity__touched_nodes') }}

),

identifiers as (

    select * from {{ ref('int_identity__identifiers') }}

),

cuts as (

    select * from {{ ref('int_identity__cuts') }}
    where action = 'cut'

),

decision_sides as (

    select * from {{ ref('int_identity__decision_sides') }}

),

match_links as (

    select * from {{ ref('int_identity__match_links') }}

),

assignments as (

    {{ identity_state('int_identity__assignments', {'evidence_id': 'varchar', 'graph_id': 'bigint'}) }}

),

-- A value that is cut before and after joins no records: its other carriers stay as they are.
linking_nodes as (

    select touched_nodes.node
    from touched_nodes
    left join cuts on touched_nodes.node = cuts.node
    where not (touched_nodes.was_cut and cuts.node is not null)

),

meeting as (

    select identifiers.evidence_id
    from identifiers
    inner join linking_nodes on identifiers.node = linking_nodes.node

    union

    select evidence_id from touched_evidence

    union

    select decision_sides.evidence_id
    from decision_sides
    cross join plan
    where decision_sides.evidence_id is not null

    union

    select match_links.evidence_id
    from match_links
    cross join plan

),

graphs as (

    select distinct assignments.graph_id
    from assignments
    inner join meeting on assignments.evidence_id = meeting.evidence_id

),

final as (

    select evidence_id from meeting

    union

    select assignments.evidence_id
    from assignments
    inner join graphs on assignments.graph_id = graphs.graph_id

)

select * from final
