-- Grain: one row per field of the configured consumer filters whose values are due. 1,000 is the most that a call lists
-- (assumed).
{{ config(tags=['wave_lookup']) }}

with filters as (

    select * from {{ ref('int_worklists__consumer_filters') }}

),

candidates as (

    select distinct
        'filter_field' as subject_type,
        filters.field as subject_value,
        true as is_first_party,
        cast(null as timestamp) as newest_at,
        {{ options_json({'limit': '1000'}) }} as options
    from filters
    where filters.field is not null

),

final as (

    {{ due_subjects('candidates', 'contactbased.filter_values') }}

)

select * from final
