-- Grain: one row per enrichment question and person it asks about (int_worklists__subject_people), before the waterfall.
-- state   due, open (under way or ambiguous), rejected (refused, before sending or by the vendor), fresh (the answer lives)
-- reason  why it is due, also filled for what is not; meaningful where state is due
with candidates as (

    select * from {{ ref('int_worklists__enrich_candidates') }}

),

questions as (

    select * from {{ ref('int_worklists__questions') }}

),

people as (

    select * from {{ ref('int_worklists__subject_people') }}
    where is_asked_for

),

clock as (

    select {{ now_utc() }} as now_at

),

-- Answered before, perhaps under other options (required fields, output).
answered_subjects as (

    select distinct subject_key
    from questions
    where
        answered_at is not null
        and subject_key is not null

),

-- Of what is no person (a street, a company, a person id that we refresh), each subject stands for itself.
about as (

    select
        candidates.*,
        coalesce(
            people.contact_key, md5(concat_ws(':', 'subject', candidates.source_type, candidates.source_value))
        ) as contact_key,
        coalesce(people.is_first_party, candidates.is_first_party) as is_first_party_person,
        people.intent_score
    from candidates
    left join people
        on
            candidates.source_type = people.subject_type
            and case when candidates.is_about_person then candidates.source_value end = people.subject_value

),

asked_people as (

    select distinct
        about.endpoint,
        about.contact_key
    from about
    inner join questions on about.question_key = questions.question_key
    where
        about.is_about_person
        and questions.answered_at is not null

),

final as (

    select
        about.endpoint,
        about.record_kind,
        about.question_key,
        about.subject_key,
        about.subject_type,
        about.subject_value,
        about.options,
        about.contact_key,
        about.identifier_rank,
        about.is_about_person,
        about.is_first_party_person as is_first_party,
        about.intent_score,
        about.newest_at,
        about.credits_quoted,
        case
            when coalesce(questions.is_rejected, false) then 'rejected'
            when coalesce(questions.is_open, false) then 'open'
            when questions.answered_at is null or questions.due_at <= clock.now_at then 'due'
            else 'fresh'
        end as state,
        {{ due_reason(
            'questions',
            other_options='answered_subjects.subject_key is not null',
            other_identifier='asked_people.contact_key is not null',
        ) }} as reason,
        questions.outcome,
        questions.last_asked_at,
        questions.answered_at,
        questions.due_at
    from about
    cross join clock
    left join questions on about.question_key = questions.question_key
    left join answered_subjects on about.subject_key = answered_subjects.subject_key
    left join asked_people
        on
            about.endpoint = asked_people.endpoint
            and about.contact_key = asked_people.contact_key

)

select * from final
