-- Grain: one row per name with address of the first-party list that is due for BIGDBM's free count of matching records.
{{ config(tags=['wave_lookup']) }}

with candidates as (

    {{ candidate_subjects('pii') }}

),

final as (

    {{ due_subjects('candidates', 'bigdbm.consumer_pii_count') }}

)

select * from final
