-- Grain: one row per change of a key in this resolve.
--   created   a person who was not there before; no former key
--   merged    former_key is given up: most of its evidence now is contact_key
--   split     part of former_key's evidence now is contact_key; the larger part is elsewhere
--   retired   nothing of former_key is left (records were taken away); no contact_key
with resolution as (

    select * from {{ ref('int_identity__resolution') }}

),

plan as (

    select * from {{ ref('int_identity__plan') }}

),

assignments as (

    {{ identity_state('int_identity__assignments', {'evidence_id': 'varchar', 'contact_key': 'varchar'}) }}

),

moved as (

    select distinct former_key
    from resolution
    where former_key <> contact_key

),

-- All parts of those keys, also the part that keeps the key.
parts as (

    select
        resolution.former_key,
        resolution.contact_key,
        count(*) as evidences,
        min(resolution.first_observed_at) as first_observed_at,
        min(resolution.evidence_id) as first_evidence_id
    from resolution
    inner join moved on resolution.former_key = moved.former_key
    group by
        resolution.former_key,
        resolution.contact_key

),

ranked as (

    select
        *,
        row_number() over (
            partition by former_key
            order by
                case when former_key = contact_key then 0 else 1 end,
                evidences desc,
                first_observed_at,
                first_evidence_id
        ) as place
    from parts

),

moves as (

    select
        case when place = 1 then 'merged' else 'split' end as change,
        contact_key,
        former_key,
        evidences
    from ranked
    where former_key <> contact_key

),

created as (

    select
        'created' as change,
        resolution.contact_key,
        cast(null as {{ engine_type('varchar') }}) as former_key,
        count(*) as evidences
    from resolution
    cross join plan
    where resolution.key_resolve = plan.resolve
    group by resolution.contact_key
    having max(resolution.former_key) is null

),

-- Only a full resolve sees what is no longer there.
kept as (

    select
        assignments.contact_key as former_key,
        count(*) as evidences,
        count(resolution.evidence_id) as evidences_left
    from assignments
    left join resolution on assignments.evidence_id = resolution.evidence_id
    where {{ resolves_everything() | lower }}
    group by assignments.contact_key

),

retired as (

    select
        'retired' as change,
        cast(null as {{ engine_type('varchar') }}) as contact_key,
        former_key,
        evidences
    from kept
    where evidences_left = 0

),

united as (

    select * from created

    union all

    select * from moves

    union all

    select * from retired

),

final as (

    select
        plan.resolve,
        plan.resolved_at,
        united.change,
        united.contact_key,
        united.former_key,
        united.evidences
    from united
    cross join plan

)

select * from final
