-- Grain: one row per evidence, node and identifier: the edges whose connected components are people. What the rules
-- propose, with what scores and decisions add, without what decisions take away.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_touched('evidence_id', 'int_identity__scope') }}",
) }}

with proposed_links as (

    select * from {{ ref('int_identity__proposed_links') }}
    where {{ is_touched('evidence_id', 'int_identity__scope') }}

),

match_links as (

    select * from {{ ref('int_identity__match_links') }}
    where {{ is_touched('evidence_id', 'int_identity__scope') }}

),

separated_links as (

    select * from {{ ref('int_identity__separated_links') }}
    where {{ is_touched('evidence_id', 'int_identity__scope') }}

),

evidence as (

    select * from {{ ref('int_identity__evidence') }}
    where {{ is_touched('evidence_id', 'int_identity__scope') }}

),

united as (

    select
        evidence_id,
        node,
        anchor,
        type_rank,
        first_observed_at,
        name_key,
        is_weak,
        birth_year,
        person_ref_type
    from proposed_links

    union all

    select
        evidence_id,
        node,
        anchor,
        type_rank,
        first_observed_at,
        name_key,
        is_weak,
        birth_year,
        person_ref_type
    from match_links

),

linked as (

    select united.*
    from united
    left join separated_links
        on
            united.evidence_id = separated_links.evidence_id
            and united.node = separated_links.node
    where separated_links.evidence_id is null

),

-- Evidence that nothing links is a person of its own.
alone as (

    select
        evidence.evidence_id,
        'evidence:' || evidence.evidence_id as node,
        'evidence:' || evidence.evidence_id as anchor,
        9 as type_rank,
        evidence.first_observed_at,
        cast(null as {{ engine_type('varchar') }}) as name_key,
        false as is_weak,
        cast(null as {{ engine_type('integer') }}) as birth_year,
        cast(null as {{ engine_type('varchar') }}) as person_ref_type
    from evidence
    left join linked on evidence.evidence_id = linked.evidence_id
    where linked.evidence_id is null

),

final as (

    select
        evidence_id,
        node,
        anchor,
        type_rank,
        first_observed_at,
        name_key,
        is_weak,
        birth_year,
        person_ref_type
    from linked

    union all

    select
        evidence_id,
        node,
        anchor,
        type_rank,
        first_observed_at,
        name_key,
        is_weak,
        birth_year,
        person_ref_type
    from alone

)

select * from final
