-- Grain: one row per enrichment question and person it asks about, due or not: the decision, and why.
-- An endpoint may be asked about a person if, for at least one attribute in whose order it stands, the person's attribute is not
-- satisfied, no earlier step of that order is due or under way for the person, and no value waits for its verdict. An endpoint
-- in no order is asked when it is due. An earlier step that is due but was stopped (budget, vendor down) makes the later ones
-- wait: the second vendor is not paid because the first had a bad day. decision, strongest last:
--   refused    this subject was refused, before sending or by the vendor
--   answered   asked, and the answer still lives
--   suppressed the person asked to be left alone
--   open       a question about the person is under way here, or its end is unknown
--   sold       an endpoint that sells the same record sold this person, and the answer still lives
--   satisfied  every attribute for which this endpoint stands in an order is satisfied
--   wait       for an earlier step, for a verdict, or for a better identifier of the same person (waits_for says which)
--   ask
with due as (

    select * from {{ ref('int_worklists__enrich_due') }}

),

steps as (

    select * from {{ ref('int_worklists__waterfall_steps') }}
    where is_enabled

),

attributes as (

    select * from {{ ref('int_worklists__attributes') }}

),

suppressed_people as (

    select * from {{ ref('int_privacy__suppressed_contacts') }}

),

subject_evidence as (

    select * from {{ ref('int_worklists__subject_evidence') }}

),

evidence_people as (

    select * from {{ ref('int_worklists__evidence_people') }}

),

-- Also a person about whom an answer of this run tells a suppressed identifier, before identity is resolved again.
suppressed as (

    select contact_key
    from suppressed_people
    where
        suppresses_email
        and suppresses_phone

    union

    select evidence_people.contact_key
    from evidence_people
    inner join subject_evidence on evidence_people.evidence_id = subject_evidence.evidence_id
    where
        subject_evidence.is_suppressed
        and not evidence_people.is_resolved

),

-- A match that has not expired: the same record is not bought again, whichever identifier or endpoint would fetch it.
sold as (

    select
        contact_key,
        record_kind,
        max(coalesce(due_at, cast('9999-12-31' as timestamp))) as sold_until
    from due
    where
        is_about_person
        and state = 'fresh'
        and outcome not in ('no_match', 'unreadable')
    group by
        contact_key,
        record_kind

),

-- One identifier of a person at a time, the best first: each match costs again.
turns as (

    select
        due.endpoint,
        due.question_key,
        due.contact_key,
        row_number() over (
            partition by due.endpoint, due.contact_key
            order by due.identifier_rank, due.is_first_party desc, due.newest_at desc nulls last, due.question_key
        ) as turn
    from due
    where
        due.is_about_person
        and due.state = 'due'

),

person_steps as (

    select
        due.endpoint,
        due.contact_key,
        case
            when max(due.state = 'open') then 'open'
            when max(sold.contact_key is not null) then 'sold'
            when max(due.state = 'due') then 'due'
            else 'exhausted'
        end as status
    from due
    left join sold
        on
            due.contact_key = sold.contact_key
            and due.record_kind = sold.record_kind
    where due.is_about_person
    group by
        due.endpoint,
        due.contact_key

),

ordered as (

    select
        person_steps.endpoint,
        person_steps.contact_key,
        person_steps.status,
        steps.attribute,
        steps.step_rank,
        attributes.is_satisfied,
        attributes.satisfied_by,
        attributes.satisfied_until,
        attributes.is_awaiting_verdict,
        attributes.is_closed,
        steps.validator,
        min(
            case
                when person_steps.status in ('due', 'open')
                    then lpad(cast(steps.step_rank as {{ engine_type('varchar') }}), 6, '0') || steps.endpoint
            end
        ) over (
            partition by person_steps.contact_key, steps.attribute
            order by steps.step_rank
            rows between unbounded preceding and 1 preceding
        ) as earlier_step
    from person_steps
    inner join steps on person_steps.endpoint = steps.endpoint
    inner join attributes
        on
            person_steps.contact_key = attributes.contact_key
            and steps.attribute = attributes.attribute

),

judged as (

    select
        *,
        case
            when is_closed then 1
            when is_satisfied then 2
            when earlier_step is not null or is_awaiting_verdict then 3
            else 4
        end as openness
    from ordered

),

-- For each person and endpoint the attribute that asks loudest.
chosen as (

    select
        endpoint,
        contact_key,
        status,
        attribute,
        step_rank,
        openness,
        satisfied_by,
        satisfied_until,
        coalesce(substr(earlier_step, 7), validator) as waits_for,
        row_number() over (
            partition by endpoint, contact_key
            order by openness desc, step_rank, attribute
        ) as place
    from judged

),

decided as (

    select
        due.*,
        chosen.attribute,
        chosen.step_rank,
        case
            when due.state = 'rejected' then 'refused'
            when due.state = 'fresh' then 'answered'
            when suppressed.contact_key is not null or chosen.openness = 1 then 'suppressed'
            when due.state = 'open' or person_steps.status = 'open' then 'open'
            when person_steps.status = 'sold' then 'sold'
            when chosen.openness = 2 then 'satisfied'
            when chosen.openness = 3 or turns.turn > 1 then 'wait'
            else 'ask'
        end as decision,
        chosen.satisfied_by,
        chosen.satisfied_until,
        sold.sold_until,
        case when chosen.openness = 3 then chosen.waits_for when turns.turn > 1 then due.endpoint end as waits_for
    from due
    left join chosen
        on
            due.endpoint = chosen.endpoint
            and due.contact_key = chosen.contact_key
            and chosen.place = 1
    left join person_steps
        on
            due.endpoint = person_steps.endpoint
            and due.contact_key = person_steps.contact_key
    left join turns
        on
            due.question_key = turns.question_key
            and due.contact_key = turns.contact_key
    left join sold
        on
            due.contact_key = sold.contact_key
            and due.record_kind = sold.record_kind
    left join suppressed on due.contact_key = suppressed.contact_key

),

final as (

    select
        endpoint,
        question_key,
        subject_key,
        subject_type,
        subject_value,
        options,
        contact_key,
        decision,
        case when decision = 'ask' then reason end as reason,
        case when decision = 'wait' then waits_for end as waits_for,
        attribute,
        step_rank,
        case when decision = 'satisfied' then satisfied_by end as satisfied_by,
        case
            when decision = 'satisfied' then satisfied_until
            when decision = 'sold' then sold_until
            when decision = 'answered' then due_at
        end as settled_until,
        outcome,
        is_first_party,
        intent_score,
        newest_at,
        credits_quoted,
        last_asked_at,
        answered_at,
        due_at
    from decided

)

select * from final
