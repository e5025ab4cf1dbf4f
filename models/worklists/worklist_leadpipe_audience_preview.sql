-- Grain: one row per configured query or audience with topics of its own whose size is due for a look. Free.
{{ config(tags=['wave_lookup']) }}

with settings as (

    select * from {{ ref('stg_contactable__settings') }}
    where setting in ('leadpipe.queries', 'leadpipe.audiences')

),

candidates as (

    select
        'query' as subject_type,
        {{ json_text('value', '$.name') }} as subject_value,
        true as is_first_party,
        cast(null as timestamp) as newest_at,
        {{ json_without(json_without('value', 'name'), 'date') }} as options
    from settings
    where {{ json_text('value', '$.audienceId') }} is null

),

final as (

    {{ due_subjects('candidates', 'leadpipe.audience_preview') }}

)

select * from final
