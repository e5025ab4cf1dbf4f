-- Grain: one row per phone number and check ever made. A check without a score, or with an answer that cannot be read, is
-- unknown, not a zero; a score outside the seed is unknown too, and a test warns.
with answered as (

    select * from {{ ref('stg_bigdbm__phone_scores') }}

),

unread as (

    {{ unread_subjects('bigdbm', 'phone_scores') }}

),

checks as (

    select
        record_id,
        request_id,
        vendor,
        endpoint,
        phone,
        opql_score,
        opql_score_as_answered,
        fetched_at
    from answered

    union all

    select
        record_id,
        request_id,
        vendor,
        endpoint,
        subject_value as phone,
        cast(null as integer) as opql_score,
        cast(null as {{ engine_type('varchar') }}) as opql_score_as_answered,
        fetched_at
    from unread

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
