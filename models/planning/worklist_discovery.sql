-- Grain: one row per question of the configuration that finds people and is due: what must exist at the vendor first (saved
-- feeds, saved audiences), then intent lists by keyword, feeds and their exports, audiences and their members.
-- Creating is asked once: what it answered never expires (seed refresh_policies has no life for it).
{{ config(schema='worklists') }}

with settings as (

    select * from {{ ref('stg_contactable__settings') }}

),

listed_feeds as (

    select * from {{ ref('stg_contactbased__feeds') }}

),

feeds as (

    select * from {{ ref('int_worklists__feeds') }}

),

listed_bundles as (

    select * from {{ ref('stg_contactbased__bundles') }}

),

listed_audiences as (

    select * from {{ ref('base_leadpipe__audiences') }}

),

audiences as (

    select * from {{ ref('int_worklists__audiences') }}

),

questions as (

    select * from {{ ref('int_worklists__questions') }}

),

problems as (

    select * from {{ ref('int_worklists__setting_problems') }}
    where is_certain

),

windows as (

    {{ last_full_days(setting('bigdbm.window_days', 'integer', 7)) }}

),

-- A configured free text is saved as a feed while the vendor's list of feeds has been read and holds none of that name.
feed_names as (

    select distinct lower(trim(name)) as name from listed_feeds

),

feeds_read as (

    select max(fetched_at) as fetched_at from listed_feeds

),

texts as (

    select
        {{ json_text('value', '$.query') }} as query,
        {{ json_text('value', '$.name') }} as name,
        cast({{ json_text('value', '$.top_domains') }} as integer) as top_domains
    from settings
    where
        setting = 'contactbased.builder'
        and {{ to_flag(json_text('value', '$.save')) }}

),

new_feeds as (

    select
        {{ configured_question(
            'contactbased.feed_create', 'free_text', 'texts.query',
            options_json({'name': 'texts.name', 'save': 'true', 'top_domains': 'texts.top_domains'})
        ) }}
    from texts
    inner join feeds_read on feeds_read.fetched_at is not null
    left join feed_names on lower(trim(texts.name)) = feed_names.name
    left join problems
        on
            problems.scope = 'contactbased.feed_create'
            and texts.name = problems.name
    where
        feed_names.name is null
        and problems.name is null

),

-- A configured audience is saved while the vendor's list of audiences has been read and holds none of that name.
audiences_read as (

    select max(fetched_at) as fetched_at from listed_audiences
    where
        endpoint = 'leadpipe.audience_list'
        and quarantine_rule is null

),

-- A query with a topic or filter value that the vendor does not know is left out.
problem_queries as (

    select distinct name from problems
    where scope = 'leadpipe.query'

),

new_audiences as (

    select
        {{ configured_question(
            'leadpipe.audience_create', 'audience_name', json_text('settings.value', '$.name'),
            json_without('settings.value', 'name')
        ) }}
    from settings
    inner join audiences_read on audiences_read.fetched_at is not null
    left join audiences on {{ json_text('settings.value', '$.name') }} = audiences.name
    left join problem_queries on {{ json_text('settings.value', '$.name') }} = problem_queries.name
    where
        settings.setting = 'leadpipe.audiences'
        and audiences.name is null
        and problem_queries.name is null

),

-- The window ends yesterday (UTC) and is part of the question, so that each day brings a new one; at most 90 days back (BIGDBM
-- developer docs, StartDate).
intent_lists as (

    select
        {{ configured_question(
            'bigdbm.intent_create_list', 'keyword', json_text('settings.value'),
            options_json({
                'StartDate': 'windows.start_date',
                'EndDate': 'windows.end_date',
                'NumberOfHems': setting('bigdbm.number_of_hems', 'integer', 1000),
            }),
            records=setting('bigdbm.number_of_hems', 'integer', 1000),
            windowed=true
        ) }}
    from settings
    cross join windows
    where settings.setting = 'bigdbm.keywords'

),

-- A list with days of its own is bought once: while BIGDBM keeps its first day (90 days), and when its last day has come.
fixed_lists as (

    select
        {{ json_text('settings.value', '$.keyword') }} as keyword,
        {{ json_text('settings.value', '$.start_date') }} as start_date,
        {{ json_text('settings.value', '$.end_date') }} as end_date,
        coalesce(
            cast({{ json_text('settings.value', '$.number_of_hems') }} as integer),
            {{ setting('bigdbm.number_of_hems', 'integer', 1000) }}
        ) as number_of_hems
    from settings
    where
        settings.setting = 'bigdbm.lists'
        and cast({{ json_text('settings.value', '$.end_date') }} as date) <= cast({{ now_utc() }} as date)
        and cast({{ json_text('settings.value', '$.start_date') }} as date)
        >= cast({{ dbt.dateadd('day', '-90', now_utc()) }} as date)

),

fixed_questions as (

    select
        {{ configured_question(
            'bigdbm.intent_create_list', 'keyword', 'keyword',
            options_json({'StartDate': 'start_date', 'EndDate': 'end_date', 'NumberOfHems': 'number_of_hems'}),
            records='number_of_hems'
        ) }}
    from fixed_lists

),

read_lists as (

    select question_key from questions
    where
        answered_at is not null
        and outcome <> 'unreadable'

),

fixed_intent_lists as (

    select fixed_questions.*
    from fixed_questions
    left join read_lists
        on
            {{ question_key(
                'fixed_questions.endpoint', 'fixed_questions.subject_type', 'fixed_questions.subject_value',
                'fixed_questions.options'
            ) }} = read_lists.question_key
    where read_lists.question_key is null

),

-- An audience's definition is part of the question: it is made once, a changed definition makes another.
bigdbm_audiences as (

    select
        {{ configured_question(
            'bigdbm.audience', 'bigdbm_audience', json_text('settings.value', '$.name'),
            json_without('settings.value', 'name'),
            records="cast(" ~ json_text('settings.value', '$.MaxRecords') ~ " as integer)"
        ) }}
    from settings
    where settings.setting = 'bigdbm.audiences'

),

feed_totals as (

    select
        {{ configured_question(
            'contactbased.feed_search', 'feed', 'feeds.feed_id',
            options_json({'lookback_days': 'feeds.lookback_days', 'include_daily_counts': 'true'})
        ) }}
    from feeds

),

-- While a configured consumer filter or bundle is unknown to the vendor, no export is due; nor while bundles are configured and
-- the vendor's list of them has not been read (documented: ask for it before bundles are added to an export).
export_problems as (

    select max(case when scope = 'contactbased.export' then name end) as name from problems

),

bundles_read as (

    select max(fetched_at) as fetched_at from listed_bundles

),

-- The quote is the feed's latest total (at most max_rows), 0 while it is not known; the flow counts exactly before it buys.
exports as (

    select
        {{ configured_question(
            'contactbased.export', 'feed', 'feeds.feed_id',
            options_json({
                'lookback_days': 'feeds.lookback_days',
                'page_size': setting('contactbased.page_size', 'integer', 10000),
                'max_rows': setting('contactbased.max_rows', 'integer'),
                'require_contact_id': setting('contactbased.require_contact_id', 'boolean', 'false'),
                'consumer_filters': "cast(" ~ setting('contactbased.consumer_filters', 'json', "'[]'") ~ " as json)",
                'enrichment_bundles': "cast(" ~ setting('contactbased.enrichment_bundles', 'json', "'[]'") ~ " as json)",
            }),
            records="coalesce(least(feeds.total_records, " ~ setting('contactbased.max_rows', 'integer')
                ~ "), feeds.total_records, " ~ setting('contactbased.max_rows', 'integer') ~ ", 0)"
        ) }}
    from feeds
    inner join export_problems on export_problems.name is null
    inner join bundles_read
        on
            bundles_read.fetched_at is not null
            or {{ setting('contactbased.enrichment_bundles', engine_type('varchar'), "'[]'") }} = '[]'

),

saved_audiences as (

    {% for endpoint in ['leadpipe.audience_read', 'leadpipe.audience_status', 'leadpipe.audience_runs'] %}
        select distinct {{ configured_question(endpoint, 'audience', 'audiences.audience_id') }}
        from audiences
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- The vendor makes one run a day, so a query is asked once per UTC day.
queries as (

    select
        {{ configured_question(
            'leadpipe.audience_query', 'query', json_text('value', '$.name'), json_without('value', 'name')
        ) }}
    from settings
    where setting = 'leadpipe.queries'

    union all

    select
        {{ configured_question(
            'leadpipe.audience_query', 'query', 'name', options_json({'audienceId': 'audience_id'})
        ) }}
    from audiences
    where is_ours

),

read_today as (

    select question_key from questions
    where cast(answered_at as date) = cast({{ now_utc() }} as date)

),

due_queries as (

    select queries.*
    from queries
    left join read_today
        on
            {{ question_key('queries.endpoint', 'queries.subject_type', 'queries.subject_value', 'queries.options') }}
            = read_today.question_key
    left join problem_queries on queries.subject_value = problem_queries.name
    where
        read_today.question_key is null
        and problem_queries.name is null

),

candidates as (

    {% for part in [
        'new_feeds', 'new_audiences', 'intent_lists', 'fixed_intent_lists', 'bigdbm_audiences', 'feed_totals', 'exports', 'saved_audiences',
        'due_queries',
    ] %}
        select * from {{ part }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

final as (

    {{ due_subjects('candidates') }}

)

select * from final
