-- Grain: one row per question, its latest ask.
with source as (

    select * from {{ source('contactable', 'journal_asked') }}

),

final as (

    select
        question_key,
        endpoint,
        subject_key,
        request_id,
        state,
        asked_at
    from source

)

select * from final
