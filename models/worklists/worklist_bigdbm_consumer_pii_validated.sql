-- Grain: one row per name with address of the first-party list that is due for BIGDBM's consumer profile with the quality of
-- each field.
{{ config(tags=['wave_enrich']) }}

with candidates as (

    {{ candidate_subjects('pii', {'OutputId': setting('bigdbm.output_id', 'integer', 10008)}) }}

),

final as (

    {{ due_subjects('candidates', 'bigdbm.consumer_pii_validated') }}

)

select * from final
