-- Grain: one row per evidence: what one vendor holds to be one person, and when we saw it.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_touched('evidence_id', 'int_identity__touched_evidence') }}",
) }}

with identifiers as (

    select * from {{ ref('int_identity__identifiers') }}
    where {{ is_touched('evidence_id', 'int_identity__touched_evidence') }}

),

emails as (

    select * from {{ ref('int_contacts__emails') }}
    where {{ is_touched('evidence_id', 'int_identity__touched_evidence') }}

),

profiles as (

    select * from {{ ref('int_contacts__profiles') }}
    where {{ is_touched('evidence_id', 'int_identity__touched_evidence') }}

),

seen as (

    select
        evidence_id,
        vendor,
        record_id,
        first_observed_at,
        last_observed_at
    from identifiers

    union all

    select
        evidence_id,
        vendor,
        record_id,
        first_observed_at,
        last_observed_at
    from emails

    union all

    select
        evidence_id,
        vendor,
        record_id,
        observed_at as first_observed_at,
        observed_at as last_observed_at
    from profiles

),

final as (

    select
        evidence_id,
        min(vendor) as vendor,
        min(record_id) as record_id,
        min(first_observed_at) as first_observed_at,
        max(last_observed_at) as last_observed_at
    from seen
    group by evidence_id

)

select * from final
