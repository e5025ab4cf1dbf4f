-- Grain: one row per phone number of the North American plan of the first-party list that is due for BIGDBM's consumer
-- profile.
{{ config(tags=['wave_enrich'], materialized='view') }}

with final as (

    {{ enrich_worklist('bigdbm.consumer_phone') }}

)

select * from final
