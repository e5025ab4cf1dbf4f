-- Grain: one row per BIGDBM consumer id whose newest profile is older than the life of an answer (seed refresh_policies,
-- bigdbm.consumer_id, match): an id refreshes a profile that was bought, it finds nobody new.
{{ config(tags=['wave_enrich'], materialized='view') }}

with final as (

    {{ enrich_worklist('bigdbm.consumer_id') }}

)

select * from final
