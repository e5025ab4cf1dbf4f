-- Grain: one row: whether records are scored, and from which probability on two are joined or shown to a person. Defaults as in
-- contactable.yml (2026-11-21; measured in docs/identity.md): off.
{{ config(materialized='view') }}

with final as (

    select
        {{ setting('identity.scoring', 'boolean', 'false') }} as is_on,
        {{ setting('identity.merge_above', 'double', '0.9999') }} as merge_above,
        {{ setting('identity.review_above', 'double', '0.9') }} as review_above

)

select * from final
