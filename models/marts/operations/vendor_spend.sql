-- Grain: one row per run, day (UTC), vendor, product, endpoint and outcome: what was asked and what it cost.
-- A batch has subjects of several outcomes. A vendor that charged another amount than the quote bills what it found: those
-- credits belong to the subjects that were found (matched, or delivered and unreadable). Everything else is shared equally by
-- all subjects of the call. Shares add up to the ledger exactly (tests/dbt/operations/spend_is_conserved).
with requests as (

    select * from {{ ref('vendor_requests') }}

),

outcomes as (

    select * from {{ ref('int_operations__request_outcomes') }}

),

-- What costs nothing costs no money, whatever the price; what is at risk was quoted and may turn out to be charged.
ledger as (

    select
        request_id,
        run_id,
        cast(coalesce(sent_at, reserved_at) as date) as spent_on,
        vendor,
        product,
        endpoint,
        wave,
        cast(coalesce(credits_quoted, 0) as decimal(18, 6)) as credits_quoted,
        cast(coalesce(credits_charged, 0) as decimal(18, 6)) as credits_charged,
        cast(case when coalesce(credits_quoted, 0) = 0 then 0 else money_quoted end as decimal(18, 6)) as money_quoted,
        cast(case when coalesce(credits_charged, 0) = 0 then 0 else money_charged end as decimal(18, 6)) as money_charged,
        state in ('reserved', 'ambiguous') as is_at_risk,
        coalesce(credits_charged <> credits_quoted, false) as is_billed_by_match
    from requests

),

weighed as (

    select
        ledger.*,
        outcomes.outcome,
        outcomes.place,
        outcomes.subjects,
        case when outcomes.outcome in ('matched', 'unreadable') then outcomes.subjects else 0 end as found
    from ledger
    inner join outcomes on ledger.request_id = outcomes.request_id

),

counted as (

    select
        *,
        sum(subjects) over (partition by request_id order by place) as subjects_until,
        sum(subjects) over (partition by request_id) as subjects_in_all,
        sum(found) over (partition by request_id order by place) as found_until,
        sum(found) over (partition by request_id) as found_in_all,
        row_number() over (partition by request_id order by place) as row_until,
        count(*) over (partition by request_id) as rows_in_all
    from weighed

),

-- By which count credits are shared; a call without subjects (a list) has one row with all credits.
keyed as (

    select
        *,
        case when subjects_in_all > 0 then subjects_until else row_until end as quoted_until,
        case when subjects_in_all > 0 then subjects_in_all else rows_in_all end as quoted_in_all,
        case
            when is_billed_by_match and found_in_all > 0 then found_until
            when subjects_in_all > 0 then subjects_until
            else row_until
        end as charged_until,
        case
            when is_billed_by_match and found_in_all > 0 then found_in_all
            when subjects_in_all > 0 then subjects_in_all
            else rows_in_all
        end as charged_in_all
    from counted

),

running as (

    select
        *,
        {{ running_share('credits_quoted', 'quoted_until', 'quoted_in_all') }} as credits_quoted_until,
        {{ running_share('credits_charged', 'charged_until', 'charged_in_all') }} as credits_charged_until,
        {{ running_share('money_quoted', 'quoted_until', 'quoted_in_all') }} as money_quoted_until,
        {{ running_share('money_charged', 'charged_until', 'charged_in_all') }} as money_charged_until
    from keyed

),

stepped as (

    select
        *,
        lag(credits_quoted_until) over (partition by request_id order by place) as credits_quoted_before,
        lag(credits_charged_until) over (partition by request_id order by place) as credits_charged_before,
        lag(money_quoted_until) over (partition by request_id order by place) as money_quoted_before,
        lag(money_charged_until) over (partition by request_id order by place) as money_charged_before
    from running

),

shared as (

    select
        run_id,
        spent_on,
        vendor,
        product,
        endpoint,
        wave,
        outcome,
        subjects,
        place,
        row_until = 1 as is_first,
        is_at_risk,
        credits_quoted_until - coalesce(credits_quoted_before, 0) as credits_quoted,
        credits_charged_until - coalesce(credits_charged_before, 0) as credits_charged,
        money_quoted_until - coalesce(money_quoted_before, 0) as money_quoted,
        money_charged_until - coalesce(money_charged_before, 0) as money_charged
    from stepped

),

final as (

    select
        run_id,
        spent_on,
        vendor,
        product,
        endpoint,
        outcome,
        min(wave) as wave,
        cast(sum(case when is_first then 1 else 0 end) as integer) as request_count,
        cast(
            sum(case when is_first and outcome in ('matched', 'no_match', 'unreadable', 'answered') then 1 else 0 end) as integer
        ) as settled_count,
        cast(sum(case when is_first and outcome in ('refused', 'failed') then 1 else 0 end) as integer) as failed_count,
        cast(sum(case when is_first and outcome = 'ambiguous' then 1 else 0 end) as integer) as ambiguous_count,
        cast(sum(subjects) as integer) as subjects_asked,
        cast(sum(credits_quoted) as decimal(18, 6)) as credits_quoted,
        cast(sum(credits_charged) as decimal(18, 6)) as credits_charged,
        cast(sum(case when is_at_risk then credits_quoted else 0 end) as decimal(18, 6)) as credits_at_risk,
        cast(sum(money_quoted) as decimal(18, 6)) as money_quoted,
        cast(sum(money_charged) as decimal(18, 6)) as money_charged,
        cast(sum(case when is_at_risk then money_quoted else 0 end) as decimal(18, 6)) as money_at_risk,
        cast(sum(case when money_charged is null then credits_charged else 0 end) as decimal(18, 6))
            as unpriced_credits,
        cast(sum(case when is_at_risk and money_quoted is null then credits_quoted else 0 end) as decimal(18, 6))
            as unpriced_credits_at_risk,
        min(case when money_charged is null or (is_at_risk and money_quoted is null) then 0 else 1 end) = 1 as is_priced,
        {{ setting('prices.currency', engine_type('varchar')) }} as currency
    from shared
    group by
        run_id,
        spent_on,
        vendor,
        product,
        endpoint,
        outcome

)

select * from final
