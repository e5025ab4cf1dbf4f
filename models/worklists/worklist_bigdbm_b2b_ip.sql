-- Grain: one row per IP address of the first-party list that is due for BIGDBM's professional profiles of the company behind
-- it.
{{ config(tags=['wave_enrich'], materialized='view') }}

with final as (

    {{ enrich_worklist('bigdbm.b2b_ip') }}

)

select * from final
