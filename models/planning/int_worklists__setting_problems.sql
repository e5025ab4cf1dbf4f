-- Grain: one row per setting that names something the vendor does not know, by the vendor's latest free look-ups. While a
-- look-up has not been read, nothing is judged. The worklists leave the question out that `scope` and `name` point at where
-- `is_certain`; contactable prints `problem`.
with settings as (

    select * from {{ ref('stg_contactable__settings') }}

),

feeds as (

    select * from {{ ref('stg_contactbased__feeds') }}

),

filters as (

    select * from {{ ref('int_worklists__consumer_filters') }}

),

field_readings as (

    select * from {{ ref('stg_contactbased__filter_fields') }}

),

value_readings as (

    select * from {{ ref('stg_contactbased__filter_values') }}

),

topic_readings as (

    select * from {{ ref('stg_leadpipe__topics') }}

),

filter_readings as (

    select * from {{ ref('stg_leadpipe__filters') }}

),

limit_readings as (

    select * from {{ ref('stg_contactbased__feed_limits') }}

),

saved_feeds as (

    select * from {{ ref('stg_contactbased__feed_previews') }}
    where is_saved

),

bundle_readings as (

    select * from {{ ref('stg_contactbased__bundles') }}

),

wanted_feeds as (

    select distinct {{ json_text('value') }} as feed_id
    from settings
    where setting = 'contactbased.feeds'

),

known_feeds as (

    select distinct feed_id from feeds

),

feeds_read as (

    select count(*) as feed_count from known_feeds

),

feed_problems as (

    select
        'contactbased.feeds' as setting,
        'contactbased.feed' as scope,
        wanted_feeds.feed_id as name,
        'your organisation has no feed ' || wanted_feeds.feed_id || '; it was not asked. Correct contactbased.feeds '
        || '(GET /organization/feeds lists them).' as problem
    from wanted_feeds
    inner join feeds_read on feeds_read.feed_count > 0
    left join known_feeds on wanted_feeds.feed_id = known_feeds.feed_id
    where
        wanted_feeds.feed_id <> 'all'
        and known_feeds.feed_id is null

),

-- What the vendor said is left to create, less what we have created since.
feeds_left as (

    select
        latest.feed_limit,
        latest.feeds_remaining - count(saved_feeds.record_id) as feeds_left
    from (
        select
            max(fetched_at) as fetched_at,
            max_by(feed_limit, fetched_at) as feed_limit,
            max_by(coalesce(feeds_remaining, feed_limit - feeds_created), fetched_at) as feeds_remaining
        from limit_readings
    ) as latest
    left join saved_feeds on latest.fetched_at < saved_feeds.fetched_at
    where latest.feeds_remaining is not null
    group by
        latest.feed_limit,
        latest.feeds_remaining

),

feeds_to_save as (

    select
        settings.setting,
        {{ json_text('settings.value', '$.name') }} as name,
        row_number() over (order by settings.position) as place
    from settings
    left join feeds on lower(trim({{ json_text('settings.value', '$.name') }})) = lower(trim(feeds.name))
    left join saved_feeds on {{ json_text('settings.value', '$.name') }} = saved_feeds.name
    where
        settings.setting = 'contactbased.builder'
        and {{ to_flag(json_text('settings.value', '$.save')) }}
        and feeds.name is null
        and saved_feeds.name is null

),

feed_limit_problems as (

    select
        feeds_to_save.setting,
        'contactbased.feed_create' as scope,
        feeds_to_save.name,
        feeds_to_save.name || ': your organisation may create '
        || coalesce(cast(feeds_left.feed_limit as {{ engine_type('varchar') }}), 'no more') || ' feeds and has '
        || cast(greatest(feeds_left.feeds_left, 0) as {{ engine_type('varchar') }})
        || ' left; it was not saved. Remove one at the vendor, or set save: false (GET /organization/feed-limit tells the '
        || 'limit).' as problem
    from feeds_to_save
    cross join feeds_left
    where feeds_to_save.place > feeds_left.feeds_left

),

bundle_settings as (

    select
        setting,
        {{ parse_json('value', 'json[]') }} as bundles
    from settings
    where setting = 'contactbased.enrichment_bundles'

),

wanted_bundles as (

    {{ unnest_list('bundle_settings', 'bundles', ['setting']) }}

),

listed_bundles as (

    select distinct replace(lower(bundle_key), '-', '_') as bundle
    from bundle_readings
    where fetched_at = (select max(readings.fetched_at) from bundle_readings as readings)

),

bundles_read as (

    select count(*) as bundle_count from listed_bundles

),

bundle_problems as (

    select
        wanted_bundles.setting,
        'contactbased.export' as scope,
        {{ json_text('wanted_bundles.item') }} as name,
        'your organisation has no bundle ' || {{ json_text('wanted_bundles.item') }} || '; no export was created. Correct '
        || 'contactbased.enrichment_bundles (GET /enrich/bundles lists them).' as problem
    from wanted_bundles
    inner join bundles_read on bundles_read.bundle_count > 0
    left join listed_bundles on replace(lower({{ json_text('wanted_bundles.item') }}), '-', '_') = listed_bundles.bundle
    where listed_bundles.bundle is null

),

known_fields as (

    select
        field,
        max_by(operators, fetched_at) as operators
    from field_readings
    group by field

),

field_operators as (

    {{ unnest_list('known_fields', 'operators', ['field']) }}

),

operator_lists as (

    select
        field,
        {{ join_distinct('item') }} as operators
    from field_operators
    group by field

),

fields_read as (

    select count(*) as field_count from known_fields

),

-- 1,000 values are the most that a call lists: a longer list is not complete and judges nothing.
known_values as (

    select
        field,
        lower(trim(value)) as value,
        count(*) over (partition by field) as value_count
    from (
        select distinct
            field,
            value
        from value_readings
        where value is not null
    ) as listed

),

fields_with_values as (

    select distinct field from known_values
    where value_count < 1000

),

filter_problems as (

    select
        filters.position,
        min(
            case
                when known_fields.field is null then 'ContactBased has no filter field ' || filters.field
                when operator_lists.operators is not null and field_operators.item is null
                    then
                        'field ' || filters.field || ' has no operator ' || filters.operator || ', only '
                        || operator_lists.operators
                when
                    filters.operator in ('eq', 'neq', 'in', 'not_in')
                    and filters.is_text
                    and fields_with_values.field is not null
                    and known_values.value is null
                    then 'nobody has the value ' || filters.asked_value || ' in field ' || filters.field
            end
        ) as message
    from filters
    inner join fields_read on fields_read.field_count > 0
    left join known_fields on filters.field = known_fields.field
    left join operator_lists on filters.field = operator_lists.field
    left join field_operators
        on
            filters.field = field_operators.field
            and filters.operator = field_operators.item
    left join fields_with_values on filters.field = fields_with_values.field
    left join known_values
        on
            filters.field = known_values.field
            and lower(trim(filters.asked_value)) = known_values.value
    group by filters.position

),

consumer_filter_problems as (

    select
        'contactbased.consumer_filters' as setting,
        'contactbased.export' as scope,
        cast(position as {{ engine_type('varchar') }}) as name,
        'filter number ' || cast(position as {{ engine_type('varchar') }}) || ': ' || message
        || '; no export was created.' as problem
    from filter_problems
    where message is not null

),

searches as (

    select
        setting,
        {{ json_text('value', '$.name') }} as name,
        {{ parse_json('value', {'topicIds': 'json[]', 'filters': 'map'}) }} as config
    from settings
    where setting in ('leadpipe.queries', 'leadpipe.audiences')

),

asked_topics as (

    {{ unnest_list('searches', 'config.topicIds', ['setting', 'name']) }}

),

known_topics as (

    select distinct topic_id from topic_readings

),

-- A catalogue that ended before its last page, or holds fewer topics than it announces, is not whole.
topic_readings_by_time as (

    select
        max(fetched_at) as read_at,
        count(distinct topic_id) >= coalesce(max(catalogue_total), 0)
        and min(case when has_more then 1 else 0 end) = 0 as is_whole
    from topic_readings
    group by reading_id

),

topics_read as (

    select
        count(*) as reading_count,
        max_by(is_whole, read_at) as is_whole
    from topic_readings_by_time

),

topic_problems as (

    select
        asked_topics.setting,
        'leadpipe.query' as scope,
        asked_topics.name,
        asked_topics.name || ': Leadpipe knows no topic ' || {{ json_text('asked_topics.item') }}
        || case
            when topics_read.is_whole then '; it was not asked. Correct topic_ids (GET /v1/intent/topics lists them).'
            else ' as far as its catalogue was read; it is asked all the same.'
        end as problem,
        topics_read.is_whole as is_certain
    from asked_topics
    inner join topics_read on topics_read.reading_count > 0
    left join known_topics on {{ to_integer(json_text('asked_topics.item')) }} = known_topics.topic_id
    where known_topics.topic_id is null

),

filtered as (

    select
        setting,
        name,
        {{ map_to_entries('config.filters') }} as entries
    from searches

),

filter_entries as (

    {{ unnest_list('filtered', 'entries', ['setting', 'name']) }}

),

filter_lists as (

    select
        setting,
        name,
        item.key as filter_name,
        case
            when {{ json_kind('item.value') }} = 'array' then {{ parse_json('item.value', 'json[]') }}
            else {{ single_element_list('item.value') }}
        end as asked_values
    from filter_entries

),

filter_members as (

    {{ unnest_list('filter_lists', 'asked_values', ['setting', 'name', 'filter_name']) }}

),

legal as (

    select distinct
        filter_name,
        lower(value) as value
    from filter_readings
    where value is not null

),

judged_filters as (

    select distinct filter_name from legal

),

value_problems as (

    select
        filter_members.setting,
        'leadpipe.query' as scope,
        filter_members.name,
        filter_members.name || ': filter ' || filter_members.filter_name || ' has no value '
        || {{ json_text('filter_members.item') }} || ' at Leadpipe; it was not asked (GET /v1/intent/audiences/filters '
        || 'lists them).' as problem
    from filter_members
    inner join judged_filters on filter_members.filter_name = judged_filters.filter_name
    left join legal
        on
            filter_members.filter_name = legal.filter_name
            and lower({{ json_text('filter_members.item') }}) = legal.value
    where legal.value is null

),

final as (

    {% for found in [
        'feed_problems', 'feed_limit_problems', 'bundle_problems', 'consumer_filter_problems', 'topic_problems', 'value_problems',
    ] %}
        select
            setting,
            scope,
            name,
            problem,
            {{ 'is_certain' if found == 'topic_problems' else 'true as is_certain' }}
        from {{ found }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from final
