-- Grain: one row per phone number that was ever checked: its latest verdict, and whether that has outlived its life (seed
-- refresh_policies). A later check without an answer does not undo an earlier one with an answer.
with checks as (

    select * from {{ ref('phone_validations') }}

),

policies as (

    select * from {{ ref('int_worklists__life_times') }}

),

clock as (

    select {{ now_utc() }} as now_at

),

ranked as (

    select
        *,
        row_number() over (
            partition by phone
            order by case when opql_score is null then 1 else 0 end, checked_at desc, validation_key desc
        ) as recency,
        count(*) over (partition by phone) as check_count
    from checks

),

latest as (

    select
        ranked.*,
        coalesce(exact.life_days, general.life_days) as life_days,
        {{ days_between('ranked.checked_at', 'clock.now_at') }} > coalesce(exact.life_days, general.life_days) as is_expired
    from ranked
    cross join clock
    left join policies as exact
        on
            ranked.endpoint = exact.endpoint
            and exact.outcome = coalesce(cast(ranked.opql_score as {{ engine_type('varchar') }}), 'no_match')
    left join policies as general
        on
            ranked.endpoint = general.endpoint
            and general.outcome = 'match'
    where ranked.recency = 1

),

final as (

    select
        phone,
        vendor,
        opql_score,
        opql_label,
        {{ aged_verdict('verdict', 'coalesce(is_expired, false)') }} as verdict,
        case
            when opql_score is null then 'no_answer'
            when is_unmapped then 'unmapped_code'
            when is_expired and verdict <> 'suppress' then 'verdict_expired'
            else 'opql_' || cast(opql_score as {{ engine_type('varchar') }})
        end as verdict_reason,
        checked_at,
        {{ add_days('checked_at', 'life_days') }} as expires_at,
        coalesce(is_expired, false) as is_expired,
        cast(check_count as integer) as check_count
    from latest

)

select * from final
