-- Grain: one row per question that was ever asked or refused: when it is due again, and whether it may be asked at all.
-- A life comes from the seed refresh_policies, by endpoint and outcome (an outcome without a row of its own lives as long as
-- `match`). A question without a life there is never due again by itself.
with asked as (

    select * from {{ ref('stg_contactable__asked') }}

),

answers as (

    select * from {{ ref('int_worklists__answers') }}

),

rejected as (

    select
        question_key,
        min(endpoint) as endpoint
    from {{ ref('stg_contactable__rejected_subjects') }}
    group by question_key

),

policies as (

    select * from {{ ref('int_worklists__life_times') }}

),

known as (

    select
        question_key,
        endpoint
    from asked

    union

    select
        question_key,
        endpoint
    from answers

    union

    select
        question_key,
        endpoint
    from rejected

),

-- Settled without an answer that staging reads (a vendor's "no such person" with an error status): asked, nothing there.
states as (

    select
        known.question_key,
        known.endpoint,
        asked.subject_key,
        answers.subject_value,
        asked.asked_at as last_asked_at,
        asked.state,
        rejected.question_key is not null as is_rejected,
        coalesce(asked.state in ('reserved', 'ambiguous'), false) as is_open,
        coalesce(answers.outcome, case when asked.state = 'settled' then 'no_match' end) as outcome,
        case
            when asked.state = 'settled' then greatest(coalesce(answers.answered_at, asked.asked_at), asked.asked_at)
            else answers.answered_at
        end as answered_at
    from known
    left join asked on known.question_key = asked.question_key
    left join answers on known.question_key = answers.question_key
    left join rejected on known.question_key = rejected.question_key

),

lives as (

    select
        states.question_key,
        states.endpoint,
        states.subject_key,
        states.subject_value,
        states.state,
        states.last_asked_at,
        states.is_rejected,
        states.is_open,
        states.outcome,
        states.answered_at,
        coalesce(own.life_days, any_match.life_days) as life_days
    from states
    left join policies as own on states.endpoint = own.endpoint and states.outcome = own.outcome
    left join policies as any_match on states.endpoint = any_match.endpoint and any_match.outcome = 'match'

),

final as (

    select
        question_key,
        endpoint,
        subject_key,
        subject_value,
        state,
        last_asked_at,
        is_rejected,
        is_open,
        outcome,
        answered_at,
        {{ dbt.dateadd('second', 'cast(life_days * 86400 as bigint)', 'answered_at') }} as due_at
    from lives

)

select * from final
