-- Grain: one row per phone number of the North American plan of the first-party list that is due for BIGDBM's professional
-- profile.
{{ config(tags=['wave_enrich'], materialized='view') }}

with final as (

    {{ enrich_worklist('bigdbm.b2b_phone') }}

)

select * from final
