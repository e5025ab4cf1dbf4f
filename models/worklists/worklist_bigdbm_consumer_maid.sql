-- Grain: one row per mobile advertising id of the first-party list that is due for BIGDBM's consumer profile.
{{ config(tags=['wave_enrich']) }}

with candidates as (

    {{ candidate_subjects('maid', {'OutputId': setting('bigdbm.output_id', 'integer', 10008)}) }}

),

final as (

    {{ due_subjects('candidates', 'bigdbm.consumer_maid') }}

)

select * from final
