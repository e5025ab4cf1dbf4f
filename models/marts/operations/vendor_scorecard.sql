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

pii_counts as (

    select * from {{ ref('stg_bigdbm__pii_counts') }}

),

-- A paged read is one question, however many pages it took.
calls as (

    select
        request_id as asked_by,
        vendor,
        wave
    from requests

    union all

    select
        extraction_id as asked_by,
        min(vendor) as vendor,
        min(wave) as wave
    from requests
    where extraction_id is not null
    group by extraction_id

),

-- What a free count says before anything is bought: the share of people who would be found.
estimates as (

    select
        vendor,
        count(*) as people_counted,
        avg(case when matching_records > 0 then 1.0 else 0.0 end) as estimated_match_rate,
        cast(sum(case when matching_records > 0 then 1 else 0 end) as double) as estimated_credits
    from (
        select
            vendor,
            subject_value,
            max_by(matching_records, fetched_at) as matching_records
        from pii_counts
        group by vendor, subject_value
    ) as counted
    group by vendor

),

-- Only calls that look somebody up can match or miss.
questions as (

    select
        calls.vendor,
        count(*) as asked
    from asked
    inner join calls on asked.request_id = calls.asked_by
    where calls.wave = 'enrich'
    group by calls.vendor

),

matches as (

    select
        calls.vendor,
        count(*) as answered,
        sum(case when answers.outcome = 'match' then 1 else 0 end) as matched
    from answers
    inner join asked on answers.question_key = asked.question_key
    inner join calls on asked.request_id = calls.asked_by
    where calls.wave = 'enrich'
    group by calls.vendor

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
        round(claims.average_age_days, 6) as average_age_days,
        coalesce(estimates.people_counted, 0) as people_counted,
        round(estimates.estimated_match_rate, 6) as estimated_match_rate,
        estimates.estimated_credits
    from vendors
    left join questions on vendors.vendor = questions.vendor
    left join matches on vendors.vendor = matches.vendor
    left join spend on vendors.vendor = spend.vendor
    left join coverage on vendors.vendor = coverage.vendor
    left join claims on vendors.vendor = claims.vendor
    left join estimates on vendors.vendor = estimates.vendor

)

select * from final
