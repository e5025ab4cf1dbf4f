-- Grain: one row per question that a vendor has answered, with its latest answer. outcome: match, no_match, unreadable
-- (delivered, not understood), or the validator's own code. An answer that says "not yet", failed in itself or came with
-- an error status answers nothing: the question stays as it was. A bundle that came as a column of
-- exported rows is an answer too.
with landed as (

    select * from {{ ref('int_operations__landed_records') }}
    where quarantine_rule is null or quarantine_rule not in ('not_yet', 'http_status', 'application_error')

),

asked as (

    select * from {{ ref('stg_contactable__asked') }}

),

extractions as (

    select * from {{ ref('stg_contactable__extractions') }}
    where state = 'complete'

),

email_statuses as (

    select * from {{ ref('stg_bigdbm__email_statuses') }}

),

phone_scores as (

    select * from {{ ref('stg_bigdbm__phone_scores') }}

),

-- What came with an export answers the question about its bundle: it is not bought again.
exported as (

    {% for model, endpoint in {
        'enrichments': "'contactbased.enrich_' || bundle",
        'emails': "'contactbased.enrich_emails'",
        'phones': "'contactbased.enrich_phones'",
        'auto': "'contactbased.enrich_auto'",
    }.items() %}
        select
            question_key,
            {{ endpoint }} as endpoint,
            subject_value,
            fetched_at as answered_at,
            max(is_match) as is_match
        from {{ ref('stg_contactbased__' ~ model) }}
        where
            {{ contactbased_bundle('endpoint') }} is null
            and question_key is not null
        group by
            question_key,
            {{ endpoint }},
            subject_value,
            fetched_at
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

codes as (

    select
        request_id,
        question_key,
        cast(max(status_code) as {{ engine_type('varchar') }}) as code
    from email_statuses
    group by request_id, question_key

    union all

    select
        request_id,
        question_key,
        cast(max(opql_score) as {{ engine_type('varchar') }}) as code
    from phone_scores
    group by request_id, question_key

),

-- A batch that cannot be read leaves one row: every question it asked is answered, with nothing understood.
unreadable_batches as (

    select
        landed.request_id,
        asked.question_key,
        landed.fetched_at
    from landed
    inner join asked on landed.request_id = asked.request_id
    where
        landed.question_key is null
        and landed.ordinal is null
        and landed.quarantine_rule is not null

),

single_calls as (

    select
        landed.question_key,
        landed.request_id,
        landed.endpoint,
        landed.subject_value,
        landed.fetched_at,
        case
            when landed.is_match then 2
            when landed.quarantine_rule is not null then 1
            else 0
        end as understood
    from landed
    where
        landed.question_key is not null
        and landed.extraction_id is null

    union all

    select
        unreadable_batches.question_key,
        unreadable_batches.request_id,
        asked.endpoint,
        cast(null as {{ engine_type('varchar') }}) as subject_value,
        unreadable_batches.fetched_at,
        1 as understood
    from unreadable_batches
    inner join asked on unreadable_batches.question_key = asked.question_key

),

per_request as (

    select
        question_key,
        request_id,
        max(endpoint) as endpoint,
        max(subject_value) as subject_value,
        max(fetched_at) as answered_at,
        max(understood) as understood
    from single_calls
    group by question_key, request_id

),

-- A paged read or a job answers when it has reached its end, not before.
unreadable_pages as (

    select distinct extraction_id
    from landed
    where
        extraction_id is not null
        and ordinal is null
        and quarantine_rule is not null

),

answers as (

    select
        per_request.question_key,
        per_request.endpoint,
        per_request.subject_value,
        per_request.answered_at,
        case
            when per_request.understood = 2 then coalesce(codes.code, 'match')
            when per_request.understood = 1 then 'unreadable'
            else 'no_match'
        end as outcome
    from per_request
    left join codes on per_request.question_key = codes.question_key and per_request.request_id = codes.request_id

    union all

    select
        extractions.question_key,
        extractions.endpoint,
        cast(null as {{ engine_type('varchar') }}) as subject_value,
        extractions.finished_at as answered_at,
        case
            when unreadable_pages.extraction_id is not null then 'unreadable'
            when coalesce(extractions.rows_read, 0) > 0 then 'match'
            else 'no_match'
        end as outcome
    from extractions
    left join unreadable_pages on extractions.extraction_id = unreadable_pages.extraction_id

    union all

    select
        question_key,
        endpoint,
        subject_value,
        answered_at,
        case when is_match then 'match' else 'no_match' end as outcome
    from exported

),

ranked as (

    select
        *,
        row_number() over (partition by question_key order by answered_at desc, outcome) as age
    from answers

),

final as (

    select
        question_key,
        endpoint,
        subject_value,
        outcome,
        answered_at
    from ranked
    where age = 1

)

select * from final
