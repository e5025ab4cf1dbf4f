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

    select 'all' as attribute

    union all

    select 'email' as attribute

    union all

    select 'phone' as attribute

    union all

    select 'employer' as attribute

    union all

    select 'profile' as attribute

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

reachable as (

    select
        contact_key,
        'all' as attribute
    from contactability
    where verdict in ('send', 'call')
    group by contact_key

    union all

    select
        contact_key,
        channel as attribute
    from contactability
    where verdict in ('send', 'call')

),

-- An employer or a profile is worth something where the person can be contacted at all.
contactable as (

    select
        contact_key,
        attribute
    from reachable

    union all

    select
        reachable.contact_key,
        scored_attributes.attribute
    from reachable
    cross join scored_attributes
    where
        reachable.attribute = 'all'
        and scored_attributes.attribute in ('employer', 'profile')

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

-- Vendors with any value of a person, and vendors with a value of the attribute.
holders as (

    select distinct
        clusters.contact_key,
        'all' as attribute,
        evidence.vendor
    from evidence
    inner join clusters on evidence.evidence_id = clusters.evidence_id

    union all

    select distinct
        contact_key,
        attribute,
        vendor
    from vendor_values

),

-- Vendors whose address or number makes a person contactable; for employer and profile, with a value of a contactable person.
carriers as (

    select distinct
        contact_key,
        'all' as attribute,
        vendor
    from vendor_values
    where is_usable

    union all

    select distinct
        contact_key,
        attribute,
        vendor
    from vendor_values
    where is_usable

    union all

    select
        holders.contact_key,
        holders.attribute,
        holders.vendor
    from holders
    inner join contactable
        on
            holders.contact_key = contactable.contact_key
            and holders.attribute = contactable.attribute
    where holders.attribute in ('employer', 'profile')

),

-- Take one vendor away: who is left without any? Exactly those for whom the first and the last vendor are the same.
carried as (

    select
        contact_key,
        attribute,
        vendor,
        min(vendor) over (partition by contact_key, attribute) = max(vendor) over (partition by contact_key, attribute)
            as is_alone
    from carriers

),

carrying as (

    select
        vendor,
        attribute,
        count(*) as contactable_by_vendor,
        sum(case when is_alone then 1 else 0 end) as contactable_only_by_vendor
    from carried
    group by vendor, attribute

),

held as (

    select
        contact_key,
        attribute,
        vendor,
        min(vendor) over (partition by contact_key, attribute) = max(vendor) over (partition by contact_key, attribute)
            as is_alone
    from holders

),

holding as (

    select
        held.vendor,
        held.attribute,
        count(*) as contacts,
        sum(case when held.is_alone then 1 else 0 end) as contacts_only_by_vendor,
        sum(case when list_people.contact_key is not null then 1 else 0 end) as list_contacts,
        sum(case when contactable.contact_key is not null then 1 else 0 end) as contactable_contacts
    from held
    left join list_people on held.contact_key = list_people.contact_key
    left join contactable
        on
            held.contact_key = contactable.contact_key
            and held.attribute = contactable.attribute
    group by held.vendor, held.attribute

),

-- On whose verdict a contactable person may be written to or called.
judged as (

    select
        contactability.contact_key,
        contactability.channel,
        email_statuses.vendor
    from contactability
    inner join email_statuses on contactability.address = email_statuses.email
    where
        contactability.channel = 'email'
        and contactability.verdict = 'send'

    union all

    select
        contactability.contact_key,
        contactability.channel,
        phone_scores.vendor
    from contactability
    inner join phone_scores on contactability.address = phone_scores.phone
    where
        contactability.channel = 'phone'
        and contactability.verdict = 'call'

),

judging as (

    select
        vendor,
        channel as attribute,
        count(*) as contactable_on_its_verdict
    from judged
    group by vendor, channel

    union all

    select
        vendor,
        'all' as attribute,
        count(distinct contact_key) as contactable_on_its_verdict
    from judged
    group by vendor

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

people as (

    select
        scored.vendor,
        scored.attribute,
        cast(coalesce(questions.asked, 0) as bigint) as asked,
        cast(coalesce(questions.answered, 0) as bigint) as answered,
        cast(coalesce(questions.matched, 0) as bigint) as matched,
        cast(coalesce(holding.contacts, 0) as bigint) as contacts,
        cast(coalesce(holding.contacts_only_by_vendor, 0) as bigint) as contacts_only_by_vendor,
        cast(coalesce(holding.list_contacts, 0) as bigint) as list_contacts,
        cast(coalesce(holding.contactable_contacts, 0) as bigint) as contactable_contacts,
        cast(coalesce(carrying.contactable_by_vendor, 0) as bigint) as contactable_by_vendor,
        cast(coalesce(carrying.contactable_only_by_vendor, 0) as bigint) as contactable_only_by_vendor,
        cast(coalesce(judging.contactable_on_its_verdict, 0) as bigint) as contactable_on_its_verdict,
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
    left join holding on scored.vendor = holding.vendor and scored.attribute = holding.attribute
    left join carrying on scored.vendor = carrying.vendor and scored.attribute = carrying.attribute
    left join judging on scored.vendor = judging.vendor and scored.attribute = judging.attribute
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
