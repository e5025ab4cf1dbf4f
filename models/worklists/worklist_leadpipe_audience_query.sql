-- Grain: one row per configured query, or saved audience that we read, that is due. The vendor makes one run a day, so a query
-- is asked once per UTC day. A query with a topic or filter value that the vendor does not know is left out.
{{ config(tags=['wave_discover']) }}

with settings as (

    select * from {{ ref('stg_contactable__settings') }}

),

questions as (

    select * from {{ ref('int_worklists__questions') }}

),

audiences as (

    select * from {{ ref('int_worklists__audiences') }}

),

problems as (

    select distinct name
    from {{ ref('int_worklists__setting_problems') }}
    where scope = 'leadpipe.query'

),

queries as (

    select
        'query' as subject_type,
        {{ json_text('value', '$.name') }} as subject_value,
        {{ json_without('value', 'name') }} as options
    from settings
    where setting = 'leadpipe.queries'

    union all

    select
        'query' as subject_type,
        name as subject_value,
        {{ options_json({'audienceId': 'audience_id'}) }} as options
    from audiences
    where is_ours

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
        queries.options
    from queries
    left join read_today
        on
            {{ question_key(
                "'leadpipe.audience_query'", 'queries.subject_type', 'queries.subject_value', 'queries.options'
            ) }} = read_today.question_key
    left join problems on queries.subject_value = problems.name
    where
        read_today.question_key is null
        and problems.name is null

),

final as (

    {{ due_subjects('candidates', 'leadpipe.audience_query') }}

)

select * from final
