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

settings as (

    select * from {{ ref('int_identity__match_settings') }}

),

pairs as (

    select * from {{ ref('int_identity__match_pairs') }}
    where refused_by is null

),

evidence as (

    select * from {{ ref('int_identity__evidence') }}

),

names as (

    select * from {{ ref('int_identity__names') }}

),

decided as (

    select distinct
        sides.evidence_id,
        'decision:' || sides.decision_key as node,
        false as is_weak
    from sides
    left join contradictions on sides.decision_key = contradictions.decision_key
    where contradictions.decision_key is null

),

joined_pairs as (

    select pairs.*
    from pairs
    inner join settings on pairs.match_probability >= settings.merge_above

),

scored as (

    {% for side in ['left', 'right'] %}
        select
            {{ side }}_evidence_id as evidence_id,
            'score:' || md5(left_evidence_id || '|' || right_evidence_id) as node,
            true as is_weak
        from joined_pairs
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

added as (

    select * from decided

    union all

    select * from scored

),

final as (

    select
        added.evidence_id,
        added.node,
        'evidence:' || added.evidence_id as anchor,
        9 as type_rank,
        evidence.first_observed_at,
        names.name_key,
        added.is_weak,
        names.birth_year,
        cast(null as {{ engine_type('varchar') }}) as person_ref_type
    from added
    inner join evidence on added.evidence_id = evidence.evidence_id
    left join names on added.evidence_id = names.evidence_id

)

select * from final
