-- Grain: one row per vendor that was asked or told us something (the first-party list included, for comparison).
with requests as (

    select * from {{ ref('vendor_requests') }}

),

asked as (

    select * from {{ ref('stg_contactable__asked') }}

),

answers as (

    select * from {{ ref('int_worklists__answers') }}

),

evidence as (

    select * from {{ ref('int_identity__evidence') }}

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

contactability as (

    select * from {{ ref('contactability') }}

),

attributes as (

    select * from {{ ref('contact_attributes') }}
    where attribute not in ('email', 'phone')

),

clock as (

    select {{ now_utc() }} as now_at

),

-- Only calls that look somebody up can match or miss.
questions as (

    select
        requests.vendor,
        count(*) as asked
    from asked
    inner join requests on asked.request_id = requests.request_id
    where requests.wave = 'enrich'
    group by requests.vendor

),

matches as (

    select
        requests.vendor,
        count(*) as answered,
        sum(case when answers.outcome = 'match' then 1 else 0 end) as matched
    from answers
    inner join asked on answers.question_key = asked.question_key
    inner join requests on asked.request_id = requests.request_id
    where requests.wave = 'enrich'
    group by requests.vendor

),

spend as (

    select
        vendor,
        sum(coalesce(credits_charged, 0)) as credits_charged
    from requests
    group by vendor

),

reachable as (

    select
        contact_key,
        max(case when verdict in ('send', 'call') then 1 else 0 end) as is_contactable
    from contactability
    group by contact_key

),

coverage as (

    select
        sources.vendor,
        count(*) as contacts,
        sum(reachable.is_contactable) as contactable
    from (
        select distinct
            evidence.vendor,
            clusters.contact_key
        from evidence
        inner join clusters on evidence.evidence_id = clusters.evidence_id
    ) as sources
    inner join reachable on sources.contact_key = reachable.contact_key
    group by sources.vendor

),

claims as (

    select
        attributes.vendor,
        count(*) as claims,
        avg(case when attributes.agreeing_vendors > 1 then 1.0 else 0.0 end) as agreement_rate,
        avg({{ days_between('attributes.as_of', 'clock.now_at') }}) as average_age_days
    from attributes
    cross join clock
    group by attributes.vendor

),

vendors as (

    select vendor from spend

    union

    select vendor from coverage

),

final as (

    select
        vendors.vendor,
        coalesce(questions.asked, 0) as asked,
        coalesce(matches.answered, 0) as answered,
        cast(coalesce(matches.matched, 0) as bigint) as matched,
        matches.matched * 1.0 / nullif(matches.answered, 0) as match_rate,
        coalesce(spend.credits_charged, 0) as credits_charged,
        coalesce(coverage.contacts, 0) as contacts,
        cast(coalesce(coverage.contactable, 0) as bigint) as contactable_contacts,
        spend.credits_charged / nullif(coverage.contactable, 0) as credits_per_contactable,
        coalesce(claims.claims, 0) as claims,
        round(claims.agreement_rate, 6) as agreement_rate,
        round(claims.average_age_days, 6) as average_age_days
    from vendors
    left join questions on vendors.vendor = questions.vendor
    left join matches on vendors.vendor = matches.vendor
    left join spend on vendors.vendor = spend.vendor
    left join coverage on vendors.vendor = coverage.vendor
    left join claims on vendors.vendor = claims.vendor

)

select * from final
