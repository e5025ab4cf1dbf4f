-- Grain: one row per phone number and check ever made. A check without a score is unknown, not a zero; a score outside the
-- seed is unknown too, and a test warns.
with checks as (

    select * from {{ ref('stg_bigdbm__phone_scores') }}

),

scores as (

    select * from {{ ref('opql_scores') }}

),

final as (

    select
        checks.record_id as validation_key,
        coalesce({{ normalise_phone('checks.phone') }}, checks.phone) as phone,
        checks.vendor,
        checks.endpoint,
        checks.opql_score,
        scores.label as opql_label,
        coalesce(scores.verdict, 'unknown') as verdict,
        checks.opql_score_as_answered is not null and scores.code is null as is_unmapped,
        checks.fetched_at as checked_at,
        checks.request_id
    from checks
    left join scores on checks.opql_score = scores.code
    where checks.phone is not null

)

select * from final
