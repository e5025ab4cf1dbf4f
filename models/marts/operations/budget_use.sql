-- Grain: one row per budget in contactable.yml (scope, period and unit), and one for the feeds that ContactBased lets us create,
-- by its newest answer: its limit, what is committed against it (charged, on its
-- way or ambiguous) as the journal counts it, and what the questions that are due now would take.
with settings as (

    select * from {{ ref('stg_contactable__settings') }}

),

requests as (

    select * from {{ ref('vendor_requests') }}

),

runs as (

    select * from {{ ref('stg_contactable__runs') }}

),

plan as (

    select * from {{ ref('purchase_plan') }}

),

budgets as (

    select
        {{ json_text('value', '$.scope') }} as scope,
        {{ json_text('value', '$.period') }} as period,
        {{ json_text('value', '$.unit') }} as unit,
        cast({{ json_text('value', '$.limit') }} as decimal(18, 6)) as limit_amount
    from settings
    where setting = 'budgets.limits'

),

feed_limits as (

    select * from {{ ref('stg_contactbased__feed_limits') }}

),

clock as (

    select
        {{ now_utc() }} as now_at,
        (select max_by(run_id, started_at) from runs) as latest_run_id

),

-- A call counts in the period in which it was reserved.
committed_calls as (

    select
        requests.vendor,
        requests.product,
        case when requests.state in ('reserved', 'ambiguous') then requests.credits_quoted else requests.credits_charged end
            as credits,
        case when requests.state in ('reserved', 'ambiguous') then requests.money_quoted else requests.money_charged end as money,
        requests.run_id = clock.latest_run_id as is_run,
        cast(requests.reserved_at as date) = cast(clock.now_at as date) as is_day,
        date_trunc('month', requests.reserved_at) = date_trunc('month', clock.now_at) as is_month
    from requests
    cross join clock

),

in_periods as (

    {% for period in ['run', 'day', 'month'] %}
        select
            '{{ period }}' as period,
            vendor,
            product,
            sum(coalesce(credits, 0)) as credits,
            sum(coalesce(money, 0)) as money
        from committed_calls
        where is_{{ period }}
        group by vendor, product
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

committed as (

    select
        budgets.scope,
        budgets.period,
        budgets.unit,
        sum(case when budgets.unit = 'money' then in_periods.money else in_periods.credits end) as amount
    from budgets
    inner join in_periods
        on
            budgets.period = in_periods.period
            and budgets.scope in ('total', in_periods.vendor, concat_ws('/', in_periods.vendor, in_periods.product))
    group by
        budgets.scope,
        budgets.period,
        budgets.unit

),

due as (

    select
        budgets.scope,
        budgets.period,
        budgets.unit,
        sum(case when budgets.unit = 'money' then coalesce(plan.money_quoted, 0) else plan.credits_quoted end) as amount
    from budgets
    inner join plan on budgets.scope in ('total', plan.vendor, concat_ws('/', plan.vendor, plan.product))
    group by
        budgets.scope,
        budgets.period,
        budgets.unit

),

final as (

    select
        budgets.scope,
        budgets.period,
        budgets.unit,
        budgets.limit_amount,
        cast(coalesce(committed.amount, 0) as decimal(18, 6)) as committed_amount,
        cast(coalesce(due.amount, 0) as decimal(18, 6)) as due_amount,
        cast(budgets.limit_amount - coalesce(committed.amount, 0) - coalesce(due.amount, 0) as decimal(18, 6)) as left_amount
    from budgets
    left join committed
        on
            budgets.scope = committed.scope
            and budgets.period = committed.period
            and budgets.unit = committed.unit
    left join due
        on
            budgets.scope = due.scope
            and budgets.period = due.period
            and budgets.unit = due.unit

    union all

    select
        'contactbased/feeds' as scope,
        'account' as period,
        'feeds' as unit,
        try_cast(greatest(feed_limit, 0) as decimal(18, 6)) as limit_amount,
        try_cast(greatest(coalesce(feeds_created, 0), 0) as decimal(18, 6)) as committed_amount,
        cast(0 as decimal(18, 6)) as due_amount,
        cast(coalesce(feeds_remaining, feed_limit - feeds_created) as decimal(18, 6)) as left_amount
    from feed_limits
    where record_id = (select max_by(latest.record_id, latest.fetched_at) from feed_limits as latest)

)

select * from final
