-- Grain: one row per LinkedIn profile of the first-party list that is due for BIGDBM's consumer profile.
{{ config(tags=['wave_enrich']) }}

with candidates as (

    {{ candidate_subjects('linkedin', {'OutputId': setting('bigdbm.output_id', 'integer', 10008)}) }}

),

final as (

    {{ due_subjects('candidates', 'bigdbm.consumer_linkedin') }}

)

select * from final
