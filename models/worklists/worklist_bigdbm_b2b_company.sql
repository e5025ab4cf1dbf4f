-- Grain: one row per employer (its domain, else its name) of the first-party list that is due for BIGDBM's professional
-- profiles of its people.
{{ config(tags=['wave_enrich'], materialized='view') }}

with final as (

    {{ enrich_worklist('bigdbm.b2b_company') }}

)

select * from final
