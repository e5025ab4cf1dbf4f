-- Grain: one row per IP address of the first-party list that is due for BIGDBM's professional profiles of the company behind
-- it.
{{ config(tags=['wave_enrich']) }}

with candidates as (

    {{ candidate_subjects('ip', {'OutputId': setting('bigdbm.b2b_output_id', 'integer', 3)}) }}

),

final as (

    {{ due_subjects('candidates', 'bigdbm.b2b_ip') }}

)

select * from final
