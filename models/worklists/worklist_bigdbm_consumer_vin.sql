-- Grain: one row per vehicle of the first-party list that is due for BIGDBM's consumer profile of its owner.
{{ config(tags=['wave_enrich']) }}

with candidates as (

    {{ candidate_subjects('vin', {'OutputId': setting('bigdbm.output_id', 'integer', 10008)}) }}

),

final as (

    {{ due_subjects('candidates', 'bigdbm.consumer_vin') }}

)

select * from final
