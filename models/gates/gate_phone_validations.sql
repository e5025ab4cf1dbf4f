-- Grain: one row: what the gate on phone_validations looks at.
with checks as (

    select * from {{ ref('phone_validations') }}

),

clock as (

    select {{ now_utc() }} as now_at

),

measured as (

    select
        count(*) as row_count,
        {{ count_where('checks.validation_key is null or checks.phone is null or checks.checked_at is null') }} as null_keys,
        {{ count_where('checks.opql_score not between 0 and 5') }} as opql_out_of_range,
        {{ count_where('checks.is_unmapped') }} as unmapped_codes,
        {{ count_where("checks.verdict = 'unknown'") }} * 1.0 / nullif(count(*), 0) as unknown_share,
        {{ count_where("checks.opql_score is null and checks.verdict <> 'unknown'") }} as verdict_without_answer,
        {{ hours_since('checks.checked_at') }} as freshness_hours
    from checks
    cross join clock

),

duplicates as (

    {{ measure_duplicates('checks', ['validation_key']) }}

),

final as (

    select
        measured.row_count,
        measured.null_keys,
        duplicates.duplicate_keys,
        measured.opql_out_of_range,
        measured.unmapped_codes,
        measured.unknown_share,
        measured.verdict_without_answer,
        measured.freshness_hours
    from measured
    cross join duplicates

)

select * from final
