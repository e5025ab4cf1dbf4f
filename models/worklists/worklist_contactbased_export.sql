-- Grain: one row per wanted feed whose export is due. The quote is the feed's latest total (at most max_rows), 0 while it is
-- not known; the flow counts exactly before it buys. While a configured consumer filter is unknown to the vendor, nothing is due.
{{ config(tags=['wave_discover']) }}

with feeds as (

    select * from {{ ref('int_worklists__feeds') }}

),

problems as (

    select max(case when scope = 'contactbased.export' then name end) as filter_number
    from {{ ref('int_worklists__setting_problems') }}

),

candidates as (

    select
        'feed' as subject_type,
        feeds.feed_id as subject_value,
        true as is_first_party,
        cast(null as timestamp) as newest_at,
        {{ options_json({
            'lookback_days': 'feeds.lookback_days',
            'page_size': setting('contactbased.page_size', 'integer', 10000),
            'max_rows': setting('contactbased.max_rows', 'integer'),
            'require_contact_id': setting('contactbased.require_contact_id', 'boolean', 'false'),
            'consumer_filters': "cast(" ~ setting('contactbased.consumer_filters', 'json', "'[]'") ~ " as json)",
            'enrichment_bundles': "cast(" ~ setting('contactbased.enrichment_bundles', 'json', "'[]'") ~ " as json)",
        }) }} as options,
        coalesce(
            least(feeds.total_records, {{ setting('contactbased.max_rows', 'integer') }}),
            feeds.total_records,
            {{ setting('contactbased.max_rows', 'integer') }},
            0
        ) as records
    from feeds
    inner join problems on problems.filter_number is null

),

final as (

    {{ due_subjects('candidates', 'contactbased.export', records='keyed.records') }}

)

select * from final
