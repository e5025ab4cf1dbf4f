-- Grain: one row per IP address of the first-party list that is due for BIGDBM's consumer profiles of its household.
{{ config(tags=['wave_enrich'], materialized='view') }}

with final as (

    {{ enrich_worklist('bigdbm.consumer_ip') }}

)

select * from final
