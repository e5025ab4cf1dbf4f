-- Grain: one row per street address given with an employer of the first-party list that is due for BIGDBM's professional
-- profiles of the people there.
{{ config(tags=['wave_enrich']) }}

with candidates as (

    {{ candidate_subjects('business_address', {'OutputId': setting('bigdbm.b2b_output_id', 'integer', 3)}) }}

),

final as (

    {{ due_subjects('candidates', 'bigdbm.b2b_address') }}

)

select * from final
