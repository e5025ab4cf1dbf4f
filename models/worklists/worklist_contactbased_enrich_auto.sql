-- Grain: one row per contact id of an export that is due for the bundle auto, while the vendor lists that bundle as
-- enabled (or its list has not been read yet). Off unless contactable.yml switches it on.
{{ config(tags=['wave_enrich']) }}

with subjects as (

    select * from {{ ref('int_worklists__subjects') }}

),

bundles as (

    select * from {{ ref('int_worklists__bundles') }}

),

candidates as (

    select
        subjects.subject_type,
        subjects.subject_value,
        subjects.is_first_party,
        subjects.newest_at,
        '{}' as options,
        1 as credits_quoted
    from subjects
    inner join bundles on bundles.bundle = 'auto'
    where subjects.subject_type = 'contactbased_id'

),

final as (

    {{ due_subjects('candidates', 'contactbased.enrich_auto') }}

)

select * from final
