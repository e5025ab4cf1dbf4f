-- Grain: one row per vehicle of the first-party list that is due for BIGDBM's consumer profile of its owner.
{{ config(tags=['wave_enrich'], materialized='view') }}

with final as (

    {{ enrich_worklist('bigdbm.consumer_vin') }}

)

select * from final
