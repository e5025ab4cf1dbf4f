-- Grain: one row per evidence without a name that carries values of people of different names, and so joins none of them.
{{ config(materialized='view') }}

-- depends_on: {{ ref('int_identity__resolves') }}
with assignments as (

    select * from {{ ref('int_identity__assignments') }}

),

final as (

    select
        evidence_id,
        contact_key,
        'several_names' as rule,
        'it has no name of its own and carries values of people of different names' as reason
    from assignments
    where is_refused

)

select * from final
