-- Grain: one row per contact id of an export that is due for the bundle location, while the vendor lists that bundle as
-- enabled (or its list has not been read yet). Off unless contactable.yml switches it on.
{{ config(tags=['wave_enrich'], materialized='view') }}

with final as (

    {{ enrich_worklist('contactbased.enrich_location') }}

)

select * from final
