-- Grain: one row per evidence: whose it is, since which resolve, and what the next resolve must know to keep keys.
-- State: what was given stays given, so that keys survive new records, another order of them and a full refresh. Events and the
-- key log are written before: a resolve has happened when its rows are here.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='evidence_id',
    full_refresh=false,
    on_schema_change='append_new_columns',
    post_hook="{{ forget_vanished() }}",
) }}

-- depends_on: {{ ref('int_identity__events') }}
-- depends_on: {{ ref('int_identity__key_log') }}
with resolution as (

    select * from {{ ref('int_identity__resolution') }}

),

plan as (

    select * from {{ ref('int_identity__plan') }}

),

final as (

    select
        resolution.evidence_id,
        resolution.contact_key,
        resolution.key_resolve,
        resolution.anchor,
        resolution.anchor_rank,
        resolution.anchor_observed_at,
        resolution.is_named,
        resolution.is_refused,
        plan.resolve * cast(4294967296 as bigint) + resolution.graph as graph_id,
        plan.resolve
    from resolution
    cross join plan

)

select * from final
