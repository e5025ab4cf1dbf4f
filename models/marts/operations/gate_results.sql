-- Grain: one row per run, gate, expectation and column: what Great Expectations judged, counts and shares only.
{{ config(materialized='view') }}

with results as (

    select * from {{ ref('stg_contactable__gate_results') }}

),

final as (

    select
        run_id,
        gate,
        expectation,
        column_name,
        passed,
        observed,
        threshold,
        severity,
        judged_at,
        build_id,
        reason,
        remedy,
        accepted_by,
        accepted_because,
        accepted_at
    from results

)

select * from final
