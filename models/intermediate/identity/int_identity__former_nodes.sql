-- Grain: one row per node that touched evidence carried at the last resolve.
with touched_evidence as (

    select * from {{ ref('int_identity__touched_evidence') }}

),

identifiers as (

    {{ identity_state('int_identity__identifiers', {'evidence_id': 'varchar', 'node': 'varchar'}) }}

),

final as (

    select distinct identifiers.node
    from identifiers
    inner join touched_evidence on identifiers.evidence_id = touched_evidence.evidence_id

)

select * from final
