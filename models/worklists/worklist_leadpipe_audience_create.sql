-- Grain: one row per configured audience, while the vendor's list of audiences has been read and holds none of that name.
-- Creating is asked once: what it answered never expires (seed refresh_policies has no life for it).
{{ config(tags=['wave_prepare']) }}

with settings as (

    select * from {{ ref('stg_contactable__settings') }}
    where setting = 'leadpipe.audiences'

),

audiences as (

    select * from {{ ref('base_leadpipe__audiences') }}

),

saved as (

    select * from {{ ref('int_worklists__audiences') }}

),

looked as (

    select max(fetched_at) as fetched_at from audiences
    where
        endpoint = 'leadpipe.audience_list'
        and quarantine_rule is null

),

problems as (

    select distinct name
    from {{ ref('int_worklists__setting_problems') }}
    where scope = 'leadpipe.query'

),

candidates as (

    select
        'audience_name' as subject_type,
        {{ json_text('settings.value', '$.name') }} as subject_value,
        true as is_first_party,
        cast(null as timestamp) as newest_at,
        {{ json_without('settings.value', 'name') }} as options
    from settings
    inner join looked on looked.fetched_at is not null
    left join saved on {{ json_text('settings.value', '$.name') }} = saved.name
    left join problems on {{ json_text('settings.value', '$.name') }} = problems.name
    where
        saved.name is null
        and problems.name is null

),

final as (

    {{ due_subjects('candidates', 'leadpipe.audience_create') }}

)

select * from final
