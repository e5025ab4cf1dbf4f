-- Grain: one row per MD5 of an intent list that is due for BIGDBM's consumer profile. An MD5 whose plain address we know
-- and ask about (worklist_bigdbm_consumer_email) is left out: it is the same person and would be bought twice.
{{ config(tags=['wave_enrich'], materialized='view') }}

with final as (

    {{ enrich_worklist('bigdbm.consumer_email_md5') }}

)

select * from final
