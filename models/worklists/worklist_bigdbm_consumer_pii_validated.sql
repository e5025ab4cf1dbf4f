-- Grain: one row per name with address of the first-party list that is due for BIGDBM's consumer profile with the quality of
-- each field.
{{ config(tags=['wave_enrich'], materialized='view') }}

with final as (

    {{ enrich_worklist('bigdbm.consumer_pii_validated') }}

)

select * from final
