-- Grain: one row per MD5 of the first-party list or of an intent list that is due for an age band.
{{ config(tags=['wave_enrich'], materialized='view') }}

with final as (

    {{ enrich_worklist('bigdbm.consumer_md5_age') }}

)

select * from final
