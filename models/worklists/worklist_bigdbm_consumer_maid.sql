-- Grain: one row per mobile advertising id of the first-party list that is due for BIGDBM's consumer profile.
{{ config(tags=['wave_enrich'], materialized='view') }}

with final as (

    {{ enrich_worklist('bigdbm.consumer_maid') }}

)

select * from final
