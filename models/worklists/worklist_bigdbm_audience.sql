-- Grain: one row per configured audience (contactable.yml, bigdbm.audiences). Its definition is part of the question: it is
-- made once (seed refresh_policies has no life for it), a changed definition makes another.
{{ config(tags=['wave_discover']) }}

with settings as (

    select * from {{ ref('stg_contactable__settings') }}
    where setting = 'bigdbm.audiences'

),

candidates as (

    select
        'bigdbm_audience' as subject_type,
        {{ json_text('value', '$.name') }} as subject_value,
        true as is_first_party,
        cast(null as timestamp) as newest_at,
        {{ json_without('value', 'name') }} as options,
        cast({{ json_text('value', '$.MaxRecords') }} as integer) as records
    from settings

),

final as (

    {{ due_subjects('candidates', 'bigdbm.audience', records='keyed.records') }}

)

select * from final
