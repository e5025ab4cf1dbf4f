{#- A complete select: which candidates are due for an endpoint, and why. The columns of every worklist.

    `candidates` has subject_type, subject_value, options, is_first_party, newest_at, credits_quoted; one row per question.
    Nothing is due while the endpoint is not enabled, a request about it is open or ambiguous, or it was refused. First-party
    subjects come first, then the newest.

    `windowed`: the question contains its window (a list of a fixed span of days), so the same question is bought once, and the
    life in refresh_policies tells how often a subject gets a new window. -#}
{% macro due_subjects(candidates, endpoint, windowed=false) -%}
    with keyed as (

        select
            *,
            {{ question_key(endpoint, 'subject_type', 'subject_value', 'options') }} as question_key,
            {{ subject_key(endpoint, 'subject_type', 'subject_value') }} as subject_key
        from {{ candidates }}

    ),

    known as (

        select * from {{ ref('int_worklists__questions') }}
        where endpoint = '{{ endpoint }}'

    ),

    enabled as (

        select distinct {{ json_text('value') }} as endpoint
        from {{ ref('stg_contactable__settings') }}
        where setting = 'endpoints.enabled'

    ),

    {% if windowed %}
        windows as (

            select
                subject_value,
                max(due_at) as due_at
            from known
            where answered_at is not null
            group by subject_value

        ),
    {% endif %}

    judged as (

        select
            '{{ endpoint }}' as endpoint,
            keyed.question_key,
            keyed.subject_key,
            keyed.subject_type,
            keyed.subject_value,
            keyed.options,
            case
                {% if windowed %}
                    when known.answered_at is null and windows.due_at is not null then 'new_window'
                {% endif %}
                when known.answered_at is null then 'never_asked'
                when known.outcome = 'no_match' then 'no_match_expired'
                when known.outcome = 'unreadable' then 'unreadable_expired'
                else 'verdict_expired'
            end as reason,
            keyed.is_first_party,
            keyed.newest_at,
            cast(keyed.credits_quoted as double) as credits_quoted,
            known.last_asked_at,
            known.answered_at,
            known.due_at,
            {% if windowed %}
                known.outcome = 'unreadable' as may_ask_again,
                windows.due_at as window_due_at,
            {% else %}
                true as may_ask_again,
                cast(null as timestamp) as window_due_at,
            {% endif %}
            {{ now_utc() }} as now_at
        from keyed
        inner join enabled on enabled.endpoint = '{{ endpoint }}'
        left join known on keyed.question_key = known.question_key
        {% if windowed %}
            left join windows on keyed.subject_value = windows.subject_value
        {% endif %}
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
        cast(row_number() over (order by is_first_party desc, newest_at desc nulls last, question_key) as integer) as priority,
        credits_quoted,
        last_asked_at
    from due
{%- endmacro %}
