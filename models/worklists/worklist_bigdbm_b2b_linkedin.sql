-- Grain: one row per LinkedIn profile of the first-party list that is due for BIGDBM's professional profile.
{{ config(tags=['wave_enrich']) }}

with candidates as (

    {{ candidate_subjects('linkedin', {'OutputId': setting('bigdbm.b2b_output_id', 'integer', 3)}) }}

),

final as (

    {{ due_subjects('candidates', 'bigdbm.b2b_linkedin') }}

)

select * from final
