-- Grain: one row per decision, side and evidence; one row without evidence for an identifier without carriers. An identifier
-- stands for all evidence that carries it. `problem` says, on all rows of a decision, why it cannot be applied;
-- int_identity__contradictions finds those that cannot be true together.
with decisions as (

    select * from {{ ref('int_identity__decisions') }}

),

evidence as (

    select * from {{ ref('int_identity__evidence') }}

),

identifiers as (

    select * from {{ ref('int_identity__identifiers') }}

),

cuts as (

    select * from {{ ref('int_identity__cuts') }}

),

sides as (

    {% for side in ['left', 'right'] %}
        select
            decision_key,
            '{{ side }}' as side,
            {{ side }}_name as name
        from decisions
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

named_evidence as (

    select
        sides.decision_key,
        sides.side,
        evidence.evidence_id,
        false as is_shared
    from sides
    inner join evidence on sides.name = 'evidence:' || evidence.evidence_id

),

named_identifiers as (

    select
        sides.decision_key,
        sides.side,
        identifiers.evidence_id,
        cuts.node is not null as is_shared
    from sides
    inner join identifiers on sides.name = identifiers.identifier_type || ':' || identifiers.identifier_value
    left join cuts on identifiers.node = cuts.node

),

found as (

    select * from named_evidence

    union all

    select * from named_identifiers

),

carriers as (

    select
        decision_key,
        side,
        evidence_id,
        max(is_shared) as is_shared
    from found
    group by
        decision_key,
        side,
        evidence_id

),

-- Evidence on both sides of a decision.
both_sided as (

    select
        decision_key,
        evidence_id
    from carriers
    group by
        decision_key,
        evidence_id
    having count(*) > 1

),

described as (

    select
        decisions.decision_key,
        decisions.left_name,
        decisions.right_name,
        decisions.decision,
        sides.side,
        carriers.evidence_id,
        coalesce(carriers.is_shared, false) as is_shared,
        both_sided.evidence_id is not null as is_on_both_sides
    from decisions
    inner join sides on decisions.decision_key = sides.decision_key
    left join carriers
        on
            sides.decision_key = carriers.decision_key
            and sides.side = carriers.side
    left join both_sided
        on
            carriers.decision_key = both_sided.decision_key
            and carriers.evidence_id = both_sided.evidence_id

),

final as (

    select
        decision_key,
        decision,
        side,
        evidence_id,
        case
            when decision not in ('same', 'different') then 'unknown_decision'
            when left_name = right_name then 'self'
            when max(case when evidence_id is null then 1 else 0 end) over (partition by decision_key) = 1 then 'not_found'
            when max(case when is_shared then 1 else 0 end) over (partition by decision_key) = 1 then 'shared_identifier'
            when
                decision = 'different'
                and max(case when is_on_both_sides then 1 else 0 end) over (partition by decision_key) = 1
                then 'one_record'
        end as problem
    from described

)

select * from final
