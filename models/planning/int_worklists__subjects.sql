-- Grain: one row per thing that may be asked about (subject_type and normalised value), and where we know it from.
-- Enrichment asks about what the first-party list and discovery brought; what enrichment itself found is only validated:
-- asking one vendor about another vendor's answers would buy the same person twice. Nothing suppressed enters.
{{ config(materialized='view') }}

with evidence as (

    select * from {{ ref('int_worklists__subject_evidence') }}

),

gathered as (

    select
        subject_type,
        subject_value,
        max(is_first_party) as is_first_party,
        max(is_discovered) as is_discovered,
        max(is_dnc) as is_dnc,
        max(newest_at) as newest_at,
        max(is_suppressed) as is_suppressed,
        min(is_known_from_suppressed) as is_known_from_suppressed_only
    from evidence
    group by
        subject_type,
        subject_value

),

final as (

    select
        subject_type,
        subject_value,
        is_first_party,
        is_discovered,
        is_dnc,
        newest_at
    from gathered
    where not (is_suppressed or is_known_from_suppressed_only)

)

select * from final
