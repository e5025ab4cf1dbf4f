-- Grain: one row per free look-up that is due: what the vendors offer (feeds, bundles, topics, filters, credits) and what the
-- configured texts, filters and queries would find. Nothing here is about a person.
{{ config(schema='worklists') }}

with settings as (

    select * from {{ ref('stg_contactable__settings') }}

),

filters as (

    select * from {{ ref('int_worklists__consumer_filters') }}

),

catalogues as (

    select
        {{ configured_question(
            'contactbased.feeds', 'organization', "'organization'",
            options_json({'search': setting('contactbased.feeds_search', engine_type('varchar'))})
        ) }}
    union all

    {% for endpoint in [
        'contactbased.credits', 'contactbased.feed_limit', 'contactbased.bundles',
        'contactbased.filter_fields', 'leadpipe.topics', 'leadpipe.filters', 'leadpipe.audience_list',
    ] %}
        select {{ configured_question(endpoint, 'organization', "'organization'") }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- 1,000 values is the most that a call lists (assumed).
filter_values as (

    select distinct
        {{ configured_question(
            'contactbased.filter_values', 'filter_field', 'filters.field', options_json({'limit': '1000'})
        ) }}
    from filters
    where filters.field is not null

),

-- Also for texts that are to be saved, so that what a feed would hold is known before it exists.
feed_previews as (

    select distinct
        {{ configured_question(
            'contactbased.feed_preview', 'free_text', json_text('settings.value', '$.query'),
            options_json({
                'save': 'false',
                'top_domains': "cast(" ~ json_text('settings.value', '$.top_domains') ~ " as integer)",
            })
        ) }}
    from settings
    where settings.setting = 'contactbased.builder'

),

-- Queries and audiences with topics of their own.
audience_previews as (

    select
        {{ configured_question(
            'leadpipe.audience_preview', 'query', json_text('settings.value', '$.name'),
            json_without(json_without('settings.value', 'name'), 'date')
        ) }}
    from settings
    where
        settings.setting in ('leadpipe.queries', 'leadpipe.audiences')
        and {{ json_text('settings.value', '$.audienceId') }} is null

),

candidates as (

    select * from catalogues

    union all

    select * from filter_values

    union all

    select * from feed_previews

    union all

    select * from audience_previews

),

final as (

    {{ due_subjects('candidates') }}

)

select * from final
