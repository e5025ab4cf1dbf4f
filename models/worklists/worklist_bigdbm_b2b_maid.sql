-- Grain: one row per mobile advertising id of the first-party list that is due for BIGDBM's professional profile.
{{ config(tags=['wave_enrich']) }}

with candidates as (

    {{ candidate_subjects('maid', {'OutputId': setting('bigdbm.b2b_output_id', 'integer', 3)}) }}

),

final as (

    {{ due_subjects('candidates', 'bigdbm.b2b_maid') }}

)

select * from final
