-- Grain: one row per IP address of the first-party list that is due for BIGDBM's consumer profiles of its household.
{{ config(tags=['wave_enrich']) }}

with candidates as (

    {{ candidate_subjects('ip', {'OutputId': setting('bigdbm.output_id', 'integer', 10008)}) }}

),

final as (

    {{ due_subjects('candidates', 'bigdbm.consumer_ip') }}

)

select * from final
