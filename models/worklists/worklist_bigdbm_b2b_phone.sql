-- Grain: one row per phone number of the North American plan of the first-party list that is due for BIGDBM's professional
-- profile.
{{ config(tags=['wave_enrich']) }}

with candidates as (

    {{ candidate_subjects(
        'phone',
        {'OutputId': setting('bigdbm.b2b_output_id', 'integer', 3)},
        value=phone_national10('subject_value'),
    ) }}

),

final as (

    {{ due_subjects('candidates', 'bigdbm.b2b_phone') }}

)

select * from final
