-- Grain: one row per audience: made at BIGDBM, saved at Leadpipe, or a Leadpipe query of contactable.yml (query:<name>).
with states as (

    select * from {{ ref('stg_bigdbm__audiences') }}
    where audience_id is not null

),

members as (

    select * from {{ ref('stg_bigdbm__audience_members') }}

),

saved as (

    select * from {{ ref('stg_leadpipe__audiences') }}
    where audience_id is not null

),

listed_runs as (

    select * from {{ ref('stg_leadpipe__runs') }}
    where data_date is not null

),

previews as (

    select * from {{ ref('stg_leadpipe__audience_previews') }}

),

query_members as (

    select * from {{ ref('stg_leadpipe__audience_members') }}

),

settings as (

    select * from {{ ref('stg_contactable__settings') }}
    where setting = 'leadpipe.queries'

),

read as (

    select
        audience_id,
        cast(count(*) as integer) as members_read
    from members
    group by audience_id

),

bigdbm as (

    select
        states.audience_id,
        min(states.vendor) as vendor,
        min(states.audience_name) as audience_name,
        max(states.audience_type) as audience_type,
        true as is_saved,
        max(states.filters) as filters,
        cast(null as {{ engine_type('varchar') }}) as topic_ids,
        max(states.max_records) as max_records,
        max_by(states.status, states.fetched_at) as status,
        max(states.member_count) as member_count,
        coalesce(max(read.members_read), 0) as members_read,
        cast(null as date) as data_date,
        cast(null as {{ engine_type('varchar') }}) as cache_key,
        cast(null as integer) as run_count,
        min(states.fetched_at) as created_at,
        cast(null as timestamp) as refreshed_at
    from states
    left join read on states.audience_id = read.audience_id
    group by states.audience_id

),

-- What was queried under a name that is no saved audience's is known by that name.
saved_names as (

    select
        name,
        min(audience_id) as audience_id
    from saved
    group by name

),

runs as (

    select
        coalesce(query_members.audience_id, saved_names.audience_id, 'query:' || query_members.query_name) as audience_id,
        min(query_members.query_name) as query_name,
        query_members.data_date,
        max_by(query_members.answer_status, query_members.fetched_at) as status,
        max_by(query_members.total_count, query_members.fetched_at) as total_count,
        max_by(query_members.cache_key, query_members.fetched_at) as cache_key,
        cast(count(distinct query_members.content_hash) as integer) as members_read,
        max(query_members.fetched_at) as seen_at
    from query_members
    left join saved_names on query_members.query_name = saved_names.name
    group by
        coalesce(query_members.audience_id, saved_names.audience_id, 'query:' || query_members.query_name),
        query_members.data_date

    union all

    select
        audience_id,
        cast(null as {{ engine_type('varchar') }}) as query_name,
        data_date,
        status,
        total_count,
        cache_key,
        0 as members_read,
        fetched_at as seen_at
    from listed_runs

    union all

    select
        coalesce(saved_names.audience_id, 'query:' || previews.query_name) as audience_id,
        previews.query_name,
        previews.data_date,
        cast(null as {{ engine_type('varchar') }}) as status,
        previews.total_count,
        cast(null as {{ engine_type('varchar') }}) as cache_key,
        0 as members_read,
        previews.fetched_at as seen_at
    from previews
    left join saved_names on previews.query_name = saved_names.name

),

days as (

    select
        audience_id,
        data_date,
        min(query_name) as query_name,
        max_by(status, case when status is not null then seen_at end) as status,
        max_by(total_count, case when total_count is not null then seen_at end) as total_count,
        max_by(cache_key, case when cache_key is not null then seen_at end) as cache_key,
        max(members_read) as members_read,
        min(seen_at) as first_seen_at,
        max(seen_at) as seen_at
    from runs
    group by
        audience_id,
        data_date

),

ranked_days as (

    select
        *,
        row_number() over (
            partition by audience_id order by case when data_date is null then 1 else 0 end, data_date desc, seen_at desc
        ) as age,
        count(data_date) over (partition by audience_id) as run_count,
        min(first_seen_at) over (partition by audience_id) as known_since
    from days

),

saved_states as (

    select
        audience_id,
        max_by(name, fetched_at) as name,
        max_by(status, fetched_at) as status,
        max_by(config, case when config is not null then fetched_at end) as config,
        max_by(topic_ids, case when topic_ids is not null then fetched_at end) as topic_ids,
        max_by(audience_size, case when audience_size is not null then fetched_at end) as audience_size,
        min(coalesce(created_at, fetched_at)) as created_at,
        max(last_refreshed_at) as refreshed_at
    from saved
    group by audience_id

),

queries as (

    select
        'query:' || {{ json_text('value', '$.name') }} as audience_id,
        min({{ json_text('value', '$.name') }}) as name,
        min({{ json_without('value', 'name') }}) as config
    from settings
    where {{ json_text('value', '$.audienceId') }} is null
    group by {{ json_text('value', '$.name') }}

),

newest_days as (

    select * from ranked_days
    where age = 1

),

leadpipe as (

    select
        coalesce(saved_states.audience_id, ranked_days.audience_id, queries.audience_id) as audience_id,
        'leadpipe' as vendor,
        coalesce(saved_states.name, ranked_days.query_name, queries.name) as audience_name,
        'intent' as audience_type,
        coalesce(saved_states.audience_id, ranked_days.audience_id, queries.audience_id) not like 'query:%' as is_saved,
        coalesce(saved_states.config, queries.config) as filters,
        coalesce(
            {{ list_text('saved_states.topic_ids') }},
            {{ list_text(json_texts(json_text('queries.config', '$.topicIds'))) }}
        ) as topic_ids,
        cast(null as integer) as max_records,
        coalesce(saved_states.status, ranked_days.status) as status,
        coalesce(ranked_days.total_count, saved_states.audience_size) as member_count,
        coalesce(ranked_days.members_read, 0) as members_read,
        ranked_days.data_date,
        ranked_days.cache_key,
        cast(coalesce(ranked_days.run_count, 0) as integer) as run_count,
        coalesce(saved_states.created_at, ranked_days.known_since) as created_at,
        saved_states.refreshed_at
    from saved_states
    full outer join newest_days as ranked_days on saved_states.audience_id = ranked_days.audience_id
    full outer join queries on ranked_days.audience_id = queries.audience_id

),

final as (

    select * from bigdbm

    union all

    select * from leadpipe

)

select * from final
