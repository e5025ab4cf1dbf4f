-- Grain: one row per evidence that this resolve looks at: the key it has now, and the one it had before.
--   A key stays with the component that holds most of its evidence (then the older evidence, then the smaller id).
--   A component that keeps several keys has the oldest: the one given first (then the older identifier) survives.
--   A component that keeps none gets the MD5 of its oldest identifier, unless another person has that key already.
with components as (

    select * from {{ ref('int_identity__components') }}

),

plan as (

    select * from {{ ref('int_identity__plan') }}

),

assignments as (

    {{ identity_state('int_identity__assignments', {
        'evidence_id': 'varchar', 'contact_key': 'varchar', 'key_resolve': 'integer', 'anchor': 'varchar',
        'anchor_rank': 'integer', 'anchor_observed_at': 'timestamp', 'is_named': 'boolean',
    }) }}

),

compared as (

    select
        components.*,
        assignments.contact_key as former_key,
        assignments.key_resolve as former_resolve,
        assignments.anchor as former_anchor,
        assignments.anchor_rank as former_rank,
        assignments.anchor_observed_at as former_observed_at,
        coalesce(assignments.is_named, false) as was_named
    from components
    left join assignments on components.evidence_id = assignments.evidence_id

),

parts as (

    select
        former_key,
        component,
        min(former_resolve) as former_resolve,
        min(former_anchor) as former_anchor,
        min(former_rank) as former_rank,
        min(former_observed_at) as former_observed_at,
        count(*) as evidences,
        min(first_observed_at) as first_observed_at,
        min(evidence_id) as first_evidence_id
    from compared
    where former_key is not null
    group by
        former_key,
        component

),

ranked_parts as (

    select
        *,
        row_number() over (
            partition by former_key
            order by evidences desc, first_observed_at, first_evidence_id
        ) as place
    from parts

),

ranked_keys as (

    select
        component,
        former_key,
        former_resolve,
        row_number() over (
            partition by component
            order by former_resolve, former_observed_at, former_rank, former_anchor, former_key
        ) as place
    from ranked_parts
    where place = 1

),

survivors as (

    select
        component,
        former_key as contact_key,
        former_resolve as key_resolve
    from ranked_keys
    where place = 1

),

-- Of components that share their oldest identifier (nameless evidence that names refused), one may be called by it.
unkeyed as (

    select
        compared.component,
        compared.anchor,
        min(compared.evidence_id) as first_evidence_id,
        row_number() over (
            partition by compared.anchor
            order by max(compared.is_refused), min(compared.first_observed_at), min(compared.evidence_id)
        ) as place
    from compared
    left join survivors on compared.component = survivors.component
    where survivors.component is null
    group by
        compared.component,
        compared.anchor

),

candidates as (

    select
        component,
        anchor,
        first_evidence_id,
        case when place = 1 then md5(anchor) else md5(anchor || '|' || first_evidence_id) end as contact_key
    from unkeyed

),

given as (

    select distinct assignments.contact_key
    from assignments
    inner join candidates on assignments.contact_key = candidates.contact_key

),

-- A key that stayed with a larger part is not given twice; with the number of the resolve the new key is one that was never used.
born as (

    select
        candidates.component,
        case
            when given.contact_key is null then candidates.contact_key
            else md5(
                candidates.anchor || '|' || candidates.first_evidence_id
                || '|' || cast(plan.resolve as {{ engine_type('varchar') }})
            )
        end as contact_key,
        plan.resolve as key_resolve
    from candidates
    cross join plan
    left join given on candidates.contact_key = given.contact_key

),

keyed as (

    select * from survivors

    union all

    select * from born

),

final as (

    select
        compared.evidence_id,
        compared.component,
        compared.graph,
        keyed.contact_key,
        keyed.key_resolve,
        compared.former_key,
        compared.anchor,
        compared.anchor_rank,
        compared.anchor_observed_at,
        compared.first_observed_at,
        compared.is_named,
        compared.was_named,
        compared.is_refused
    from compared
    inner join keyed on compared.component = keyed.component

)

select * from final
