-- Grain: one row: what the gate on email_validations looks at.
with checks as (

    select * from {{ ref('email_validations') }}

),

measured as (

    select
        count(*) as row_count,
        {{ count_where('checks.validation_key is null or checks.email is null or checks.checked_at is null') }} as null_keys,
        {{ count_where('checks.is_unmapped') }} as unmapped_codes,
        {{ count_where("checks.email_status = 'unknown'") }} * 1.0 / nullif(count(*), 0) as unknown_share,
        {{ count_where("checks.status_code is null and checks.verdict <> 'unknown'") }} as verdict_without_answer,
        max(checks.checked_at) as newest_at
    from checks

),

duplicates as (

    {{ measure_duplicates('checks', ['validation_key']) }}

),

unmapped as (

    {{ measure_unmapped('gate_email_validations', 'checks', 'status_code is not null or is_unmapped') }}

),

final as (

    select
        measured.row_count,
        measured.null_keys,
        duplicates.duplicate_keys,
        measured.unmapped_codes,
        unmapped.unmapped_share,
        measured.unknown_share,
        measured.verdict_without_answer,
        measured.newest_at
    from measured
    cross join duplicates
    cross join unmapped

)

select * from final
