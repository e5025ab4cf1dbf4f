-- Grain: one row: the reading of the list of feeds, when it is due.
{{ config(tags=['wave_lookup']) }}

with candidates as (

    select
        'organization' as subject_type,
        'organization' as subject_value,
        true as is_first_party,
        cast(null as timestamp) as newest_at,
        '{}' as options

),

final as (

    {{ due_subjects('candidates', 'contactbased.feeds') }}

)

select * from final
