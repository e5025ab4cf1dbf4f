-- Grain: one row per evidence that a record with a name belongs to: its name as identity compares it (columns:
-- int_identity__spellings). Of several spellings a full one goes before initials, one with its suffix before one without, then
-- the latest.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_touched('evidence_id', 'int_identity__touched_evidence') }}",
) }}

with profiles as (

    select * from {{ ref('int_contacts__profiles') }}
    where {{ is_touched('evidence_id', 'int_identity__touched_evidence') }}

),

spellings as (

    select * from {{ ref('int_identity__spellings') }}

),

stated as (

    select
        profiles.evidence_id,
        profiles.birth_year,
        spellings.*,
        cast(profiles.observed_at as {{ engine_type('varchar') }}) || profiles.record_id as arrival
    from profiles
    inner join spellings
        on
            profiles.first_name is not distinct from spellings.first_name
            and profiles.last_name is not distinct from spellings.last_name

),

ranked as (

    select
        *,
        row_number() over (
            partition by evidence_id
            order by
                case when is_partial then 1 else 0 end,
                case when suffix_key is null then 1 else 0 end,
                arrival desc
        ) as place
    from stated

),

born as (

    select
        evidence_id,
        max_by(birth_year, cast(observed_at as {{ engine_type('varchar') }}) || record_id) as birth_year
    from profiles
    where birth_year is not null
    group by evidence_id

),

final as (

    select
        ranked.evidence_id,
        ranked.first_name_key,
        ranked.given_key,
        ranked.first_name_canonical,
        ranked.formal_names,
        ranked.middle_key,
        ranked.last_name_key,
        ranked.last_name_words,
        ranked.suffix_key,
        born.birth_year,
        ranked.name_key,
        ranked.name_form,
        ranked.is_partial,
        ranked.is_known_given_name
    from ranked
    left join born on ranked.evidence_id = born.evidence_id
    where ranked.place = 1

)

select * from final
