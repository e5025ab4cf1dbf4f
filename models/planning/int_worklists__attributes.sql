-- Grain: one row per person that enrichment could ask about and attribute (email, phone, employer, profile): is it satisfied, by
-- what, until when. What satisfies, by the attribute's stop (int_worklists__waterfall_steps):
--   email     found: a valid address, no placeholder, that no validator calls dead (verdict suppress).
--             verified: a validator's `send`, not expired.
--   phone     found: a number without a Do-Not-Call flag that no score suppresses. verified: a score of `call`, not expired.
--   employer  found: a company, by domain or name. verified: two vendors name the same one.
--   profile   found: first and last name with a place (postal code or city). verified: two vendors give the same last name and
--             first initial.
-- A value of our own list counts as long as it stands there. A vendor's value counts until its answer expires: as long as a
-- match of the vendor's steps for the attribute (int_worklists__life_times); of vendors without a step, as long as
-- survivorship calls it fresh. A verdict has its own life.
-- is_awaiting_verdict: a value is there that the validator will judge (due or under way); buying another before would be early.
-- is_closed: the person asked not to be contacted this way.
with due as (

    select * from {{ ref('int_worklists__enrich_due') }}

),

steps as (

    select * from {{ ref('int_worklists__waterfall_steps') }}

),

life_times as (

    select * from {{ ref('int_worklists__life_times') }}

),

freshness as (

    select * from {{ ref('survivorship_rules') }}

),

evidence_people as (

    select * from {{ ref('int_worklists__evidence_people') }}

),

emails as (

    select * from {{ ref('int_contacts__emails') }}

),

addresses as (

    select * from {{ ref('int_contacts__email_addresses') }}

),

phones as (

    select * from {{ ref('int_contacts__phones') }}

),

profiles as (

    select * from {{ ref('int_contacts__profiles') }}

),

email_statuses as (

    select * from {{ ref('email_status_current') }}

),

phone_scores as (

    select * from {{ ref('phone_reachability_current') }}

),

due_verdicts as (

    select * from {{ ref('worklist_validation') }}

),

questions as (

    select * from {{ ref('int_worklists__questions') }}

),

suppressed as (

    select * from {{ ref('int_privacy__suppressed_contacts') }}

),

people as (

    select distinct contact_key from due
    where is_about_person

),

evidence as (

    select
        people.contact_key,
        evidence_people.evidence_id
    from people
    inner join evidence_people on people.contact_key = evidence_people.contact_key

),

-- An attribute whose order is empty has no stop either: it is never satisfied and no question waits for it.
stops as (

    select
        attribute,
        min(stop_at) as stop_at
    from steps
    group by attribute

),

vendor_lives as (

    select
        steps.attribute,
        split_part(steps.endpoint, '.', 1) as vendor,
        max(life_times.life_days) as life_days
    from steps
    inner join life_times
        on
            steps.endpoint = life_times.endpoint
            and life_times.outcome = 'match'
    group by
        steps.attribute,
        split_part(steps.endpoint, '.', 1)

),

other_lives as (

    select
        case attribute_group
            when 'employment' then 'employer'
            when 'location' then 'profile'
            else attribute_group
        end as attribute,
        fresh_days
    from freshness
    where attribute_group in ('email', 'phone', 'employment', 'location')

),

flagged as (

    select
        phone,
        max(is_dnc) as is_dnc
    from phones
    group by phone

),

known_values as (

    select
        evidence.contact_key,
        'email' as attribute,
        emails.vendor,
        emails.email as value,
        emails.last_observed_at,
        email_statuses.verdict = 'send' as is_verified,
        email_statuses.expires_at as verified_until,
        coalesce(email_statuses.verdict, 'unknown') <> 'suppress' as is_usable
    from evidence
    inner join emails on evidence.evidence_id = emails.evidence_id
    inner join addresses on emails.email = addresses.email
    left join email_statuses on emails.email = email_statuses.email
    where addresses.is_valid and not addresses.is_placeholder

    union all

    select
        evidence.contact_key,
        'phone' as attribute,
        phones.vendor,
        phones.phone as value,
        phones.last_observed_at,
        phone_scores.verdict = 'call' as is_verified,
        phone_scores.expires_at as verified_until,
        coalesce(phone_scores.verdict, 'unknown') <> 'suppress' as is_usable
    from evidence
    inner join phones on evidence.evidence_id = phones.evidence_id
    inner join flagged on phones.phone = flagged.phone
    left join phone_scores on phones.phone = phone_scores.phone
    where not coalesce(flagged.is_dnc, false)

    union all

    select
        evidence.contact_key,
        'employer' as attribute,
        profiles.vendor,
        {{ company_key('profiles.company_domain', 'profiles.company_name') }} as value,
        profiles.observed_at as last_observed_at,
        false as is_verified,
        cast(null as timestamp) as verified_until,
        true as is_usable
    from evidence
    inner join profiles on evidence.evidence_id = profiles.evidence_id
    where coalesce(profiles.company_name, profiles.company_domain) is not null

    union all

    select
        evidence.contact_key,
        'profile' as attribute,
        profiles.vendor,
        {{ name_key('profiles.last_name') }} || '|' || left({{ name_key('profiles.first_name') }}, 1) as value,
        profiles.observed_at as last_observed_at,
        false as is_verified,
        cast(null as timestamp) as verified_until,
        coalesce(profiles.zip, profiles.city) is not null as is_usable
    from evidence
    inner join profiles on evidence.evidence_id = profiles.evidence_id
    where profiles.first_name is not null and profiles.last_name is not null

),

with_expiry as (

    select
        known_values.*,
        known_values.vendor = 'first_party' as is_ours,
        {{ add_days('known_values.last_observed_at', 'coalesce(vendor_lives.life_days, other_lives.fresh_days)') }} as lives_until
    from known_values
    left join vendor_lives
        on
            known_values.attribute = vendor_lives.attribute
            and known_values.vendor = vendor_lives.vendor
    left join other_lives on known_values.attribute = other_lives.attribute
    where known_values.value is not null

),

unexpired as (

    select
        with_expiry.contact_key,
        with_expiry.attribute,
        with_expiry.vendor,
        with_expiry.value,
        with_expiry.is_usable,
        coalesce(with_expiry.is_verified, false) as is_verified,
        with_expiry.verified_until,
        with_expiry.is_ours,
        case when not with_expiry.is_ours then with_expiry.lives_until end as lives_until
    from with_expiry
    where
        with_expiry.is_ours
        or with_expiry.lives_until > {{ now_utc() }}
        or coalesce(with_expiry.is_verified, false)

),

-- A value as all its vendors together make it.
agreed as (

    select
        contact_key,
        attribute,
        value,
        {{ join_distinct('vendor') }} as vendors,
        count(distinct vendor) as vendor_count,
        max(is_usable) as is_usable,
        max(is_verified) as is_verified,
        max(verified_until) as verified_until,
        max(is_ours) as is_ours,
        max(lives_until) as lives_until
    from unexpired
    group by contact_key, attribute, value

),

judged as (

    select
        agreed.contact_key,
        agreed.attribute,
        agreed.value,
        agreed.vendors,
        case
            when stops.stop_at = 'found' then agreed.is_usable
            when agreed.attribute in ('email', 'phone') then agreed.is_verified
            else agreed.is_usable and agreed.vendor_count >= 2
        end as is_satisfying,
        case
            when stops.stop_at = 'verified' and agreed.attribute in ('email', 'phone') then agreed.verified_until
            when not agreed.is_ours then agreed.lives_until
        end as satisfied_until
    from agreed
    inner join stops on agreed.attribute = stops.attribute

),

-- The one that satisfies longest; what has no end (our own list) first.
satisfying as (

    select
        contact_key,
        attribute,
        vendors,
        satisfied_until,
        row_number() over (
            partition by contact_key, attribute
            order by case when satisfied_until is null then 0 else 1 end, satisfied_until desc, value
        ) as position
    from judged
    where is_satisfying

),

awaited_values as (

    select distinct
        subject_type as attribute,
        case subject_type when 'phone' then '+1' || subject_value else subject_value end as value
    from due_verdicts

),

open_subjects as (

    select subject_key
    from questions
    where is_open and endpoint in ('bigdbm.email_batch', 'bigdbm.opql')

),

-- Also of a value whose answer is too old: a verdict would satisfy by itself.
awaiting as (

    select distinct
        with_expiry.contact_key,
        with_expiry.attribute
    from with_expiry
    inner join stops
        on
            with_expiry.attribute = stops.attribute
            and stops.stop_at = 'verified'
    left join awaited_values
        on
            with_expiry.attribute = awaited_values.attribute
            and with_expiry.value = awaited_values.value
    left join open_subjects
        on
            case with_expiry.attribute
                when 'email' then {{ subject_key("'bigdbm.email_batch'", "'email'", 'with_expiry.value') }}
                else {{ subject_key("'bigdbm.opql'", "'phone'", phone_national10('with_expiry.value')) }}
            end = open_subjects.subject_key
    where
        with_expiry.attribute in ('email', 'phone')
        and (awaited_values.value is not null or open_subjects.subject_key is not null)

),

final as (

    select
        people.contact_key,
        stops.attribute,
        stops.stop_at,
        satisfying.contact_key is not null as is_satisfied,
        satisfying.vendors as satisfied_by,
        satisfying.satisfied_until,
        awaiting.contact_key is not null as is_awaiting_verdict,
        case stops.attribute
            when 'email' then coalesce(suppressed.suppresses_email, false)
            when 'phone' then coalesce(suppressed.suppresses_phone, false)
            else coalesce(suppressed.suppresses_email and suppressed.suppresses_phone, false)
        end as is_closed
    from people
    cross join stops
    left join satisfying
        on
            people.contact_key = satisfying.contact_key
            and stops.attribute = satisfying.attribute
            and satisfying.position = 1
    left join awaiting
        on
            people.contact_key = awaiting.contact_key
            and stops.attribute = awaiting.attribute
    left join suppressed on people.contact_key = suppressed.contact_key

)

select * from final
