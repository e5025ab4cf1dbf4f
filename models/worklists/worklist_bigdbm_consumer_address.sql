-- Grain: one row per street address of the first-party list that is due for BIGDBM's consumer profiles of its residents.
{{ config(tags=['wave_enrich'], materialized='view') }}

with final as (

    {{ enrich_worklist('bigdbm.consumer_address') }}

)

select * from final
