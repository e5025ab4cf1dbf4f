{#- A complete select: which candidates outside the waterfall are due, and why. The columns of every worklist.

    `candidates` has one row per question, of one endpoint or several: endpoint, subject_type, subject_value, options,
    is_first_party, intent_score, newest_at, and
      records      the most records that the question can bring; NULL where only the endpoint's own most is known
      is_windowed  the question contains its window (a list of a fixed span of days): the same question is bought once, and the life
                   in refresh_policies tells how often a subject gets a new window
    Nothing is due while the endpoint is not enabled, a request about it is open or ambiguous, or it was refused. First-party
    people come first, then the strongest intent, then the newest. What a row is quoted at follows from the endpoint's billing
    model. -#}
{% macro due_subjects(candidates) -%}
    with keyed as (

        select
            *,
            {{ question_key('endpoint', 'subject_type', 'subject_value', 'options') }} as question_key,
            {{ subject_key('endpoint', 'subject_type', 'subject_value') }} as subject_key
        from {{ candidates }}
        where subject_value is not null

    ),

    known as (

        select * from {{ ref('int_worklists__questions') }}

    ),

    enabled as (

        {{ enabled_endpoints() }}

    ),

    billing as (

        {{ billing_quotes() }}

    ),

    -- Answered before, perhaps under other options.
    answered_subjects as (

        select distinct subject_key
        from known
        where
            answered_at is not null
            and subject_key is not null

    ),

    -- By the text that was sent, because answers tell it even where the journal did not keep the subject.
    windows as (

        select
            endpoint,
            subject_value,
            max(due_at) as due_at
        from known
        where answered_at is not null
        group by
            endpoint,
            subject_value

    ),

    judged as (

        select
            keyed.endpoint,
            keyed.question_key,
            keyed.subject_key,
            keyed.subject_type,
            keyed.subject_value,
            keyed.options,
            {{ due_reason(
                'known',
                new_window='windows.due_at is not null',
                other_options='answered_subjects.subject_key is not null',
            ) }} as reason,
            keyed.is_first_party,
            keyed.intent_score,
            keyed.newest_at,
            {{ quoted_credits('keyed.records') }} as credits_quoted,
            known.last_asked_at,
            known.answered_at,
            known.due_at,
            not keyed.is_windowed or known.outcome = 'unreadable' as may_ask_again,
            windows.due_at as window_due_at,
            {{ now_utc() }} as now_at
        from keyed
        inner join enabled on keyed.endpoint = enabled.endpoint
        left join billing on keyed.endpoint = billing.endpoint
        left join known on keyed.question_key = known.question_key
        left join answered_subjects on keyed.subject_key = answered_subjects.subject_key
        left join windows
            on
                keyed.endpoint = windows.endpoint
                and case when keyed.is_windowed then keyed.subject_value end = windows.subject_value
        where
            known.question_key is null
            or not (known.is_open or known.is_rejected)

    ),

    due as (

        select * from judged
        where
            (answered_at is null and (window_due_at is null or window_due_at <= now_at))
            or (answered_at is not null and may_ask_again and due_at <= now_at)

    )

    select
        endpoint,
        question_key,
        subject_key,
        subject_type,
        subject_value,
        options,
        reason,
        {{ purchase_order('endpoint') }} as priority,
        credits_quoted,
        last_asked_at,
        cast(null as {{ engine_type('varchar') }}) as attribute,
        cast(null as integer) as step_rank
    from due
{%- endmacro %}
