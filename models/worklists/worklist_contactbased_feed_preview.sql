-- Grain: one row per configured free text (contactbased.builder) whose matching domains are due for a look. Free; also for
-- texts that are to be saved, so that what a feed would hold is known before it exists.
{{ config(tags=['wave_lookup']) }}

with settings as (

    select * from {{ ref('stg_contactable__settings') }}
    where setting = 'contactbased.builder'

),

candidates as (

    select distinct
        'free_text' as subject_type,
        {{ json_text('settings.value', '$.query') }} as subject_value,
        true as is_first_party,
        cast(null as timestamp) as newest_at,
        {{ options_json({
            'save': 'false',
            'top_domains': "cast(" ~ json_text('settings.value', '$.top_domains') ~ " as integer)",
        }) }} as options
    from settings

),

final as (

    {{ due_subjects('candidates', 'contactbased.feed_preview') }}

)

select * from final
