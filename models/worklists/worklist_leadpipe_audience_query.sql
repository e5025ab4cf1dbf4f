-- Grain: one row per configured audience query that is due. The vendor makes one run a day, so a query is asked once per
-- UTC day.
{{ config(tags=['wave_discover']) }}

with settings as (

    select * from {{ ref('stg_contactable__settings') }}

),

questions as (

    select * from {{ ref('int_worklists__questions') }}

),

queries as (

    select
        'query' as subject_type,
        {{ json_text('value', '$.name') }} as subject_value,
        {{ json_without('value', 'name') }} as options
    from settings
    where setting = 'leadpipe.queries'

),

read_today as (

    select question_key from questions
    where cast(answered_at as date) = cast({{ now_utc() }} as date)

),

candidates as (

    select
        queries.subject_type,
        queries.subject_value,
        true as is_first_party,
        cast(null as timestamp) as newest_at,
        queries.options,
        0 as credits_quoted
    from queries
    left join read_today
        on
            {{ question_key(
                'leadpipe.audience_query', 'queries.subject_type', 'queries.subject_value', 'queries.options'
            ) }} = read_today.question_key
    where read_today.question_key is null

),

final as (

    {{ due_subjects('candidates', 'leadpipe.audience_query') }}

)

select * from final
