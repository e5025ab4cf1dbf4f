-- Grain: one row per expectation judged in a run.
with source as (

    select * from {{ source('contactable', 'gate_results') }}

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
        case when severity = 'error' then 'refuse' else severity end as severity,  -- its name until 2026-11-30
        judged_at,
        build_id,
        reason,
        remedy,
        accepted_by,
        accepted_because,
        accepted_at
    from source

)

select * from final
