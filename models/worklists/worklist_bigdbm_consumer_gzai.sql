-- Grain: one row per ZIP+4 of the first-party list or of a bought profile that is due for BIGDBM's neighbourhood insight.
{{ config(tags=['wave_enrich']) }}

with candidates as (

    {{ candidate_subjects('zip4', {'OutputId': setting('bigdbm.zip4_output_id', 'integer', 10008)}, discovered=true) }}

),

final as (

    {{ due_subjects('candidates', 'bigdbm.consumer_gzai') }}

)

select * from final
