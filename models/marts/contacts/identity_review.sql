-- Grain: one row per two people whom a score could make one and about whom a person should decide: their best pair of records.
-- Above merge_above what something contradicts, between the thresholds what nothing does: of pairs that score less and are
-- contradicted besides, one in twenty is right (2026-11-21, medium noise). Empty while scoring is off.
with pairs as (

    select * from {{ ref('int_identity__match_pairs') }}

),

settings as (

    select * from {{ ref('int_identity__match_settings') }}

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

sides as (

    select * from {{ ref('int_identity__decision_sides') }}
    where
        problem is null
        and evidence_id is not null

),

contradictions as (

    select * from {{ ref('int_identity__contradictions') }}

),

queue as (

    select pairs.*
    from pairs
    inner join settings on pairs.match_probability >= settings.review_above
    where
        (pairs.refused_by is null and pairs.match_probability < settings.merge_above)
        or (pairs.refused_by is not null and pairs.match_probability >= settings.merge_above)

),

-- Decisions about this very pair. Two opposite ones are a contradiction.
decided as (

    select
        queue.left_evidence_id,
        queue.right_evidence_id,
        min(one.decision) as decision,
        max(case when contradictions.decision_key is not null then 1 else 0 end) as is_contradictory
    from queue
    inner join sides as one on queue.left_evidence_id = one.evidence_id
    inner join sides as other
        on
            queue.right_evidence_id = other.evidence_id
            and one.decision_key = other.decision_key
            and one.side <> other.side
    left join contradictions on one.decision_key = contradictions.decision_key
    group by
        queue.left_evidence_id,
        queue.right_evidence_id

),

final as (

    select
        md5(queue.left_evidence_id || '|' || queue.right_evidence_id) as review_key,
        queue.left_evidence_id,
        queue.right_evidence_id,
        one.contact_key as left_contact_key,
        other.contact_key as right_contact_key,
        case
            when decided.is_contradictory = 1 then 'contradiction'
            when decided.decision is not null then decided.decision
            when one.contact_key = other.contact_key then 'one_person'
            else 'open'
        end as state,
        queue.match_probability,
        queue.match_weight,
        queue.refused_by,
        queue.first_name as first_name_agreement,
        queue.last_name as last_name_agreement,
        queue.home as home_agreement,
        queue.employer as employer_agreement,
        queue.birth_year as birth_year_agreement
    from queue
    inner join clusters as one on queue.left_evidence_id = one.evidence_id
    inner join clusters as other on queue.right_evidence_id = other.evidence_id
    left join decided
        on
            queue.left_evidence_id = decided.left_evidence_id
            and queue.right_evidence_id = decided.right_evidence_id

)

select * from final
