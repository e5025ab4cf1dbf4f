-- Grain: one row per business address of the first-party list or of discovery that is due for BIGDBM's professional profile.
-- Addresses at free mailbox providers name no employer and are left out (seed free_mail_domains).
{{ config(tags=['wave_enrich'], materialized='view') }}

with final as (

    {{ enrich_worklist('bigdbm.b2b_email') }}

)

select * from final
