-- Grain: one row per saved Leadpipe audience that the configuration reads: those of leadpipe.audiences that exist, by name, and
-- those that a query names by id.
with settings as (

    select * from {{ ref('stg_contactable__settings') }}

),

readings as (

    select * from {{ ref('stg_leadpipe__audiences') }}

),

-- Two audiences of one name: the one that was made first is the one that was meant.
known as (

    select
        name,
        min_by(audience_id, coalesce(cast(created_at as {{ engine_type('varchar') }}), '9') || audience_id) as audience_id
    from readings
    group by name

),

by_name as (

    select
        {{ json_text('settings.value', '$.name') }} as name,
        known.audience_id,
        true as is_ours
    from settings
    inner join known on {{ json_text('settings.value', '$.name') }} = known.name
    where settings.setting = 'leadpipe.audiences'

),

by_id as (

    select
        {{ json_text('value', '$.name') }} as name,
        {{ json_text('value', '$.audienceId') }} as audience_id,
        false as is_ours
    from settings
    where
        setting = 'leadpipe.queries'
        and {{ json_text('value', '$.audienceId') }} is not null

),

final as (

    select
        name,
        audience_id,
        is_ours
    from by_name

    union all

    select
        name,
        audience_id,
        is_ours
    from by_id

)

select * from final
