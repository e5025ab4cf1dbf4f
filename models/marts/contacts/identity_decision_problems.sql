-- Grain: one row per decision of the seed identity_decisions that has a problem. A decision with is_applied = false joins and
-- separates no records; the others are applied and listed as a warning.
with decisions as (

    select * from {{ ref('int_identity__decisions') }}

),

sides as (

    select * from {{ ref('int_identity__decision_sides') }}

),

contradictions as (

    select * from {{ ref('int_identity__contradictions') }}

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

problems as (

    select
        decision_key,
        max(problem) as problem
    from sides
    group by decision_key

),

people as (

    select
        sides.decision_key,
        clusters.contact_key,
        count(distinct sides.side) as sides,
        count(*) over (partition by sides.decision_key) as people
    from sides
    inner join clusters on sides.evidence_id = clusters.evidence_id
    group by
        sides.decision_key,
        clusters.contact_key

),

outcomes as (

    select
        decision_key,
        max(sides) = 2 as is_one_person_on_both_sides,
        max(people) > 1 as are_several_people
    from people
    group by decision_key

),

judged as (

    select
        decisions.*,
        case
            when problems.problem is not null then problems.problem
            when contradictions.decision_key is not null then 'contradiction'
            when decisions.decision = 'same' and outcomes.are_several_people then 'still_separate'
            when decisions.decision = 'different' and outcomes.is_one_person_on_both_sides then 'still_one_person'
            when decisions.times > 1 then 'duplicate'
        end as problem
    from decisions
    inner join problems on decisions.decision_key = problems.decision_key
    left join contradictions on decisions.decision_key = contradictions.decision_key
    left join outcomes on decisions.decision_key = outcomes.decision_key

),

final as (

    select
        decision_key,
        left_name as left_identifier,
        right_name as right_identifier,
        decision,
        problem,
        case problem
            when 'unknown_decision' then 'the decision is neither same nor different'
            when 'self' then 'both sides are one identifier'
            when 'not_found' then 'no record carries the left or the right identifier'
            when 'shared_identifier' then 'an identifier is shared by several people: decide about evidences'
            when 'one_record' then 'a record carries both sides: it cannot be two people'
            when 'contradiction' then 'other decisions say the opposite: none of them is applied'
            when 'still_separate' then 'applied, but other rules keep them apart'
            when 'still_one_person' then 'applied, but other records tie them'
            when 'duplicate' then 'applied; the same decision stands there more than once'
        end as reason,
        problem in ('still_separate', 'still_one_person', 'duplicate') as is_applied,
        times,
        decided_by,
        decided_on
    from judged
    where problem is not null

)

select * from final
