-- Grain: one row per street address of the first-party list that is due for BIGDBM's consumer profiles of its residents.
{{ config(tags=['wave_enrich']) }}

with candidates as (

    {{ candidate_subjects('address', {'OutputId': setting('bigdbm.output_id', 'integer', 10008)}) }}

),

final as (

    {{ due_subjects('candidates', 'bigdbm.consumer_address') }}

)

select * from final
