-- Grain: one row: what the gate on email_validations looks at.
with checks as (

    select * from {{ ref('email_validations') }}

),

clock as (

    select {{ now_utc() }} as now_at

),

measured as (

    select
        count(*) as row_count,
        {{ count_where('checks.validation_key is null or checks.email is null or checks.checked_at is null') }} as null_keys,
        {{ count_where('checks.is_unmapped') }} as unmapped_codes,
        {{ count_where("checks.email_status = 'unknown'") }} * 1.0 / nullif(count(*), 0) as unknown_share,
        {{ count_where("checks.status_code is null and checks.verdict <> 'unknown'") }} as verdict_without_answer,
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
        measured.unmapped_codes,
        measured.unknown_share,
        measured.verdict_without_answer,
        measured.freshness_hours
    from measured
    cross join duplicates

)

select * from final
