-- Grain: one row per person of the first-party list (its best identifier: e-mail, else LinkedIn profile, else phone) and
-- per address of discovery that is due for ExactBuyer. One identifier a person, because every match costs a credit, also
-- a repeated one.
{{ config(tags=['wave_enrich'], materialized='view') }}

with final as (

    {{ enrich_worklist('exactbuyer.bulk_enrich') }}

)

select * from final
