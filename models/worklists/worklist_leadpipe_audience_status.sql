-- Grain: one row per saved audience that the configuration reads, when its state is due.
{{ config(tags=['wave_discover']) }}

with saved as (

    select * from {{ ref('int_worklists__audiences') }}

),

candidates as (

    select distinct
        'audience' as subject_type,
        saved.audience_id as subject_value,
        true as is_first_party,
        cast(null as timestamp) as newest_at,
        '{}' as options
    from saved

),

final as (

    {{ due_subjects('candidates', 'leadpipe.audience_status') }}

)

select * from final
