-- Grain: one row per employer (its domain, else its name) of the first-party list that is due for BIGDBM's professional
-- profiles of its people.
{{ config(tags=['wave_enrich']) }}

with candidates as (

    {{ candidate_subjects('company', {'OutputId': setting('bigdbm.b2b_output_id', 'integer', 3)}) }}

),

final as (

    {{ due_subjects('candidates', 'bigdbm.b2b_company') }}

)

select * from final
