-- Grain: one row per e-mail address of the first-party list or of discovery that is due for BIGDBM's consumer profile.
{{ config(tags=['wave_enrich'], materialized='view') }}

with final as (

    {{ enrich_worklist('bigdbm.consumer_email') }}

)

select * from final
