-- Grain: one row per street address given with an employer of the first-party list that is due for BIGDBM's professional
-- profiles of the people there.
{{ config(tags=['wave_enrich'], materialized='view') }}

with final as (

    {{ enrich_worklist('bigdbm.b2b_address') }}

)

select * from final
