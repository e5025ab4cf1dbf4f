-- Grain: one row per request and outcome: how many of its subjects ended so. An answered look-up (enrich, validate) is
-- divided by subject, as staging read it: matched, no_match, unreadable. Every other answered call is `answered`, also a
-- look-up whose answer is not loaded yet; a call without an answer keeps its state: refused, failed, ambiguous, or open while
-- it is on its way.
with requests as (

    select * from {{ ref('vendor_requests') }}

),

-- A row that only says "not yet" or carries an error is no record: it found no subject.
landed as (

    select
        request_id,
        question_key,
        extraction_id,
        ordinal,
        is_match,
        coalesce(quarantine_rule not in ('not_yet', 'http_status', 'application_error'), false) as is_unreadable
    from {{ ref('int_operations__landed_records') }}

),

-- Every loaded answer leaves a row.
loaded as (

    select distinct request_id from landed

),

looked_up as (

    select
        requests.request_id,
        requests.subjects_asked
    from requests
    inner join loaded on requests.request_id = loaded.request_id
    where
        requests.state = 'settled'
        and requests.wave in ('enrich', 'validate')

),

per_subject as (

    select
        request_id,
        question_key,
        max(case when is_match then 2 when is_unreadable then 1 else 0 end) as understood
    from landed
    where question_key is not null
    group by request_id, question_key

),

read_subjects as (

    select
        request_id,
        sum(case when understood = 2 then 1 else 0 end) as matched,
        sum(case when understood = 1 then 1 else 0 end) as unreadable
    from per_subject
    group by request_id

),

-- A whole answer that cannot be read leaves one row without a subject.
unreadable_answers as (

    select distinct request_id
    from landed
    where
        question_key is null
        and ordinal is null
        and is_unreadable

),

-- A page of a paged read asks about one subject, whatever it brings.
counted as (

    select
        looked_up.request_id,
        looked_up.subjects_asked,
        least(coalesce(read_subjects.matched, 0), looked_up.subjects_asked) as matched,
        case
            when unreadable_answers.request_id is not null then looked_up.subjects_asked
            else coalesce(read_subjects.unreadable, 0)
        end as unreadable
    from looked_up
    left join read_subjects on looked_up.request_id = read_subjects.request_id
    left join unreadable_answers on looked_up.request_id = unreadable_answers.request_id

),

-- Subjects that the answer leaves out were not found.
split as (

    select
        request_id,
        'matched' as outcome,
        1 as place,
        matched as subjects
    from counted
    where matched > 0

    union all

    select
        request_id,
        'unreadable' as outcome,
        2 as place,
        least(unreadable, subjects_asked - matched) as subjects
    from counted
    where least(unreadable, subjects_asked - matched) > 0

    union all

    select
        request_id,
        'no_match' as outcome,
        3 as place,
        subjects_asked - matched - least(unreadable, subjects_asked - matched) as subjects
    from counted
    where
        matched + unreadable < subjects_asked
        or subjects_asked = 0

),

whole as (

    select
        requests.request_id,
        case requests.state
            when 'settled' then 'answered'
            when 'reserved' then 'open'
            else requests.state
        end as outcome,
        1 as place,
        requests.subjects_asked as subjects
    from requests
    left join looked_up on requests.request_id = looked_up.request_id
    where looked_up.request_id is null

),

united as (

    select * from split

    union all

    select * from whole

),

final as (

    select
        request_id,
        outcome,
        cast(place as integer) as place,
        cast(subjects as integer) as subjects
    from united

)

select * from final
