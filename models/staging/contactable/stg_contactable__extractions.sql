-- Grain: one row per paged read or job.
with source as (

    select * from {{ source('contactable', 'journal_extractions') }}

),

final as (

    select
        extraction_id,
        endpoint,
        question_key,
        state,
        rows_read,
        rows_expected,
        job_id,
        job_status,
        started_at,
        finished_at
    from source

)

select * from final
