-- Grain: one row per evidence. Which person it belongs to.
{{ config(materialized='view') }}

-- depends_on: {{ ref('int_identity__resolves') }}
with assignments as (

    select * from {{ ref('int_identity__assignments') }}

),

final as (

    select
        evidence_id,
        anchor,
        contact_key
    from assignments

)

select * from final
