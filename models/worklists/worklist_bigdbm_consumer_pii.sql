-- Grain: one row per name with address of the first-party list that is due for BIGDBM's consumer profile. Left out: whom PII
-- Count found nobody for, and everybody while PII with Validation, which tells the same and more, asks about them.
{{ config(tags=['wave_enrich'], materialized='view') }}

with final as (

    {{ enrich_worklist('bigdbm.consumer_pii') }}

)

select * from final
