-- Grain: one row per phone number of the North American plan of the first-party list that is due for BIGDBM's consumer
-- profile.
{{ config(tags=['wave_enrich']) }}

with candidates as (

    {{ candidate_subjects(
        'phone',
        {'OutputId': setting('bigdbm.output_id', 'integer', 10008)},
        value=phone_national10('subject_value'),
    ) }}

),

final as (

    {{ due_subjects('candidates', 'bigdbm.consumer_phone') }}

)

select * from final
