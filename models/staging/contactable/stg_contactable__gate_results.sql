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
        severity,
        judged_at
    from source

)

select * from final
