-- Grain: one row per BIGDBM consumer id whose newest profile is older than the life of an answer (seed refresh_policies,
-- bigdbm.consumer_id, match): an id refreshes a profile that was bought, it finds nobody new.
{{ config(tags=['wave_enrich']) }}

with profiles as (

    select * from {{ ref('int_contacts__profiles') }}
    where
        source = 'bigdbm.consumer_profiles'
        and person_ref is not null

),

policies as (

    select * from {{ ref('refresh_policies') }}
    where
        endpoint = 'bigdbm.consumer_id'
        and outcome = 'match'

),

known as (

    select
        person_ref,
        max(observed_at) as newest_at
    from profiles
    group by person_ref

),

candidates as (

    select
        'bigdbm_id' as subject_type,
        known.person_ref as subject_value,
        false as is_first_party,
        known.newest_at,
        {{ options_json({'OutputId': setting('bigdbm.output_id', 'integer', 10008)}) }} as options,
        1 as credits_quoted
    from known
    cross join policies
    where {{ days_between('known.newest_at', now_utc()) }} >= policies.life_days

),

final as (

    {{ due_subjects('candidates', 'bigdbm.consumer_id') }}

)

select * from final
