-- Grain: one row per vendor that was asked or gave a value (the first-party list included, for comparison) and attribute:
-- all, email, phone, employer, profile. Each column's description says what it counts and leaves out.
with requests as (

    select * from {{ ref('vendor_requests') }}

),

vendor_spend as (

    select * from {{ ref('vendor_spend') }}

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

vendor_values as (

    select * from {{ ref('int_operations__vendor_values') }}

),

contactability as (

    select * from {{ ref('contactability') }}

),

email_statuses as (

    select * from {{ ref('email_status_current') }}

),

phone_scores as (

    select * from {{ ref('phone_reachability_current') }}

),

pii_counts as (

    select * from {{ ref('stg_bigdbm__pii_counts') }}

),

endpoint_attributes as (

    select * from {{ ref('endpoint_attributes') }}

),

clock as (

    select {{ now_utc() }} as now_at

),

scored_attributes as (

    {% for attribute in ['all', 'email', 'phone', 'employer', 'profile'] %}
        select '{{ attribute }}' as attribute
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- An endpoint that brings several attributes costs each of them an equal part; what it costs in all stands in `all`.
parts as (

    select
        endpoint,
        attribute,
        1.0 / count(*) over (partition by endpoint) as part
    from endpoint_attributes

),

endpoints as (

    select endpoint from vendor_spend

    union

    select endpoint from asked

),

serves as (

    select
        endpoint,
        'all' as attribute,
        1.0 as part
    from endpoints

    union all

    select
        endpoint,
        attribute,
        part
    from parts

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

-- Only look-ups of people can match or miss.
questions as (

    select
        calls.vendor,
        serves.attribute,
        count(*) as asked,
        sum(case when answers.question_key is not null then 1 else 0 end) as answered,
        sum(case when answers.outcome = 'match' then 1 else 0 end) as matched
    from asked
    inner join calls on asked.request_id = calls.asked_by
    inner join serves on asked.endpoint = serves.endpoint
    left join answers on asked.question_key = answers.question_key
    where calls.wave = 'enrich'
    group by calls.vendor, serves.attribute

),

spend as (

    select
        vendor_spend.vendor,
        serves.attribute,
        sum(vendor_spend.credits_charged * serves.part) as credits_charged,
        sum(case when vendor_spend.wave = 'validate' then vendor_spend.credits_charged * serves.part else 0 end)
            as validation_credits,
        sum(
            case when vendor_spend.outcome in ('no_match', 'unreadable') then vendor_spend.credits_charged else 0 end
            * serves.part
        ) as credits_without_result,
        sum(vendor_spend.credits_at_risk * serves.part) as credits_at_risk,
        sum(vendor_spend.unpriced_credits * serves.part) as unpriced_credits,
        sum(vendor_spend.money_charged * serves.part) as money_charged,
        sum(case when vendor_spend.wave = 'validate' then vendor_spend.money_charged * serves.part else 0 end)
            as validation_money
    from vendor_spend
    inner join serves on vendor_spend.endpoint = serves.endpoint
    group by vendor_spend.vendor, serves.attribute

),

list_people as (

    select distinct clusters.contact_key
    from evidence
    inner join clusters on evidence.evidence_id = clusters.evidence_id
    where evidence.vendor = 'first_party'

),

list_size as (

    select count(*) as people from list_people

),

vendors as (

    select vendor from requests

    union

    select vendor from evidence

),

scored as (

    select
        vendors.vendor,
        scored_attributes.attribute
    from vendors
    cross join scored_attributes

),

reach as (

    {{ vendor_reach('scored') }}

),

claims as (

    select
        vendor_values.vendor,
        scored_attributes.attribute,
        count(*) as claims,
        sum(case when vendor_values.is_compared then 1 else 0 end) as claims_compared,
        sum(case when vendor_values.is_agreed then 1 else 0 end) as claims_agreed,
        greatest(avg({{ days_between('vendor_values.as_of', 'clock.now_at') }}), 0) as average_age_days,
        avg(case when vendor_values.is_fresh then 1.0 else 0.0 end) as fresh_rate
    from vendor_values
    inner join scored_attributes on scored_attributes.attribute in ('all', vendor_values.attribute)
    cross join clock
    group by vendor_values.vendor, scored_attributes.attribute

),

-- What a free count says before anything is bought: the share of people who would be found.
estimates as (

    select
        vendor,
        'all' as attribute,
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

people as (

    select
        scored.vendor,
        scored.attribute,
        cast(coalesce(questions.asked, 0) as bigint) as asked,
        cast(coalesce(questions.answered, 0) as bigint) as answered,
        cast(coalesce(questions.matched, 0) as bigint) as matched,
        reach.contacts,
        reach.contacts_only_by_vendor,
        reach.list_contacts,
        reach.contactable_contacts,
        reach.contactable_by_vendor,
        reach.contactable_only_by_vendor,
        reach.contactable_on_its_verdict,
        cast(coalesce(spend.credits_charged, 0) as double) as credits_charged,
        cast(coalesce(spend.validation_credits, 0) as double) as validation_credits,
        cast(coalesce(spend.credits_without_result, 0) as double) as credits_without_result,
        cast(coalesce(spend.credits_at_risk, 0) as double) as credits_at_risk,
        cast(coalesce(spend.unpriced_credits, 0) as double) as unpriced_credits,
        cast(
            case
                when spend.vendor is null then 0
                when spend.unpriced_credits = 0 or spend.unpriced_credits < spend.credits_charged then spend.money_charged
            end as decimal(18, 6)
        ) as money_charged,
        cast(
            case
                when spend.vendor is null then 0
                when spend.unpriced_credits = 0 or spend.unpriced_credits < spend.credits_charged then spend.validation_money
            end as decimal(18, 6)
        ) as validation_money
    from scored
    left join questions on scored.vendor = questions.vendor and scored.attribute = questions.attribute
    inner join reach on scored.vendor = reach.vendor and scored.attribute = reach.attribute
    left join spend on scored.vendor = spend.vendor and scored.attribute = spend.attribute

),

final as (

    select
        people.vendor,
        people.attribute,
        people.asked,
        people.answered,
        people.matched,
        round(people.matched * 1.0 / nullif(people.answered, 0), 6) as match_rate,
        people.contacts,
        people.list_contacts,
        round(people.list_contacts * 1.0 / nullif(list_size.people, 0), 6) as coverage,
        coalesce(claims.claims, 0) as claims,
        cast(coalesce(claims.claims_compared, 0) as bigint) as claims_compared,
        cast(coalesce(claims.claims_agreed, 0) as bigint) as claims_agreed,
        round(claims.claims_agreed * 1.0 / nullif(claims.claims_compared, 0), 6) as agreement_rate,
        round(claims.average_age_days, 6) as average_age_days,
        round(claims.fresh_rate, 6) as fresh_rate,
        people.contactable_contacts,
        round(people.contactable_contacts * 1.0 / nullif(people.contacts, 0), 6) as contactable_rate,
        people.contactable_by_vendor,
        people.contacts_only_by_vendor,
        people.contactable_only_by_vendor,
        people.contactable_on_its_verdict,
        people.credits_charged,
        people.validation_credits,
        people.credits_without_result,
        people.credits_at_risk,
        people.unpriced_credits,
        people.unpriced_credits = 0 as is_priced,
        people.money_charged,
        people.validation_money,
        round(people.credits_charged / nullif(people.contactable_contacts, 0), 6) as credits_per_contactable,
        cast(
            case when people.unpriced_credits = 0 then people.money_charged / nullif(people.contactable_contacts, 0) end
            as decimal(18, 6)
        ) as money_per_contactable,
        round((people.credits_charged - people.validation_credits) / nullif(people.contactable_only_by_vendor, 0), 6)
            as credits_per_contactable_only,
        cast(
            case
                when people.unpriced_credits = 0
                    then (people.money_charged - people.validation_money) / nullif(people.contactable_only_by_vendor, 0)
            end as decimal(18, 6)
        ) as money_per_contactable_only,
        coalesce(estimates.people_counted, 0) as people_counted,
        round(estimates.estimated_match_rate, 6) as estimated_match_rate,
        estimates.estimated_credits
    from people
    cross join list_size
    left join claims on people.vendor = claims.vendor and people.attribute = claims.attribute
    left join estimates on people.vendor = estimates.vendor and people.attribute = estimates.attribute

)

select * from final
