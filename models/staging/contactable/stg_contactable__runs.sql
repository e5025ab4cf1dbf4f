-- Grain: one row per run of a command.
with source as (

    select * from {{ source('contactable', 'runs') }}

),

final as (

    select
        run_id,
        command,
        started_at,
        finished_at,
        exit_code
    from source

)

select * from final
