-- Grain: one row per endpoint and outcome: how many days an answer lives. The seed refresh_policies, unless contactable.yml
-- (`life_times`) says otherwise.
with policies as (

    select * from {{ ref('refresh_policies') }}

),

settings as (

    select * from {{ ref('stg_contactable__settings') }}
    where setting = 'life_times'

),

configured as (

    select
        {{ json_text('value', '$.endpoint') }} as endpoint,
        {{ json_text('value', '$.outcome') }} as outcome,
        cast({{ json_text('value', '$.life_days') }} as double) as life_days
    from settings

),

final as (

    select
        coalesce(configured.endpoint, policies.endpoint) as endpoint,
        coalesce(configured.outcome, policies.outcome) as outcome,
        coalesce(configured.life_days, policies.life_days) as life_days,
        configured.endpoint is not null as is_configured
    from policies
    full outer join configured
        on
            policies.endpoint = configured.endpoint
            and policies.outcome = configured.outcome

)

select * from final
