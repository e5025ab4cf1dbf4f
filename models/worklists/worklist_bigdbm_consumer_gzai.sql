-- Grain: one row per ZIP+4 of the first-party list or of a bought profile that is due for BIGDBM's neighbourhood insight.
{{ config(tags=['wave_enrich'], materialized='view') }}

with final as (

    {{ enrich_worklist('bigdbm.consumer_gzai') }}

)

select * from final
