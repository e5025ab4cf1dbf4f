-- Grain: one row per resolve that was finished, and what it had to look at.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns',
) }}

-- depends_on: {{ ref('int_identity__assignments') }}
-- depends_on: {{ ref('int_identity__invalid_identifiers') }}
with plan as (

    select * from {{ ref('int_identity__plan') }}

),

resolution as (

    select
        count(*) as evidences,
        count(case when former_key is null or former_key <> contact_key then 1 end) as evidences_changed
    from {{ ref('int_identity__resolution') }}

),

final as (

    select
        plan.resolve,
        plan.resolved_at,
        plan.is_full,
        plan.reason,
        plan.known_until,
        plan.known_rows,
        plan.known_hash,
        plan.rules_hash,
        resolution.evidences,
        resolution.evidences_changed
    from plan
    cross join resolution

)

select * from final
