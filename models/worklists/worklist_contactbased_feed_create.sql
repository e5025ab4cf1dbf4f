-- Grain: one row per configured free text that is to be saved as a feed, while the vendor's list of feeds has been read and
-- holds no feed of that name. Creating is asked once: what it answered never expires (seed refresh_policies has no life for it).
{{ config(tags=['wave_prepare']) }}

with settings as (

    select * from {{ ref('stg_contactable__settings') }}
    where setting = 'contactbased.builder'

),

feeds as (

    select * from {{ ref('stg_contactbased__feeds') }}

),

known as (

    select distinct lower(trim(name)) as name from feeds

),

looked as (

    select max(fetched_at) as fetched_at from feeds

),

wanted as (

    select
        {{ json_text('value', '$.query') }} as query,
        {{ json_text('value', '$.name') }} as name,
        cast({{ json_text('value', '$.top_domains') }} as integer) as top_domains
    from settings
    where {{ to_flag(json_text('value', '$.save')) }}

),

candidates as (

    select
        'free_text' as subject_type,
        wanted.query as subject_value,
        true as is_first_party,
        cast(null as timestamp) as newest_at,
        {{ options_json({'name': 'wanted.name', 'save': 'true', 'top_domains': 'wanted.top_domains'}) }} as options
    from wanted
    inner join looked on looked.fetched_at is not null
    left join known on lower(trim(wanted.name)) = known.name
    where known.name is null

),

final as (

    {{ due_subjects('candidates', 'contactbased.feed_create') }}

)

select * from final
