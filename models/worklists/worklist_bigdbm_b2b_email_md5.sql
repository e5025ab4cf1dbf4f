-- Grain: one row per MD5 of an intent list, its plain address unknown, that is due for BIGDBM's professional profile.
{{ config(tags=['wave_enrich'], materialized='view') }}

with final as (

    {{ enrich_worklist('bigdbm.b2b_email_md5') }}

)

select * from final
