-- Grain: one row: what the gate on phone_validations looks at.
with checks as (

    select * from {{ ref('phone_validations') }}

),

measured as (

    select
        count(*) as row_count,
        {{ count_where('checks.validation_key is null or checks.phone is null or checks.checked_at is null') }} as null_keys,
        {{ count_where('checks.opql_score not between 0 and 5') }} as opql_out_of_range,
        {{ count_where('checks.is_unmapped') }} as unmapped_codes,
        {{ count_where("checks.verdict = 'unknown'") }} * 1.0 / nullif(count(*), 0) as unknown_share,
        {{ count_where("checks.opql_score is null and checks.verdict <> 'unknown'") }} as verdict_without_answer,
        max(checks.checked_at) as newest_at
    from checks

),

duplicates as (

    {{ measure_duplicates('checks', ['validation_key']) }}

),

unmapped as (

    {{ measure_unmapped('gate_phone_validations', 'checks', 'opql_score is not null or is_unmapped') }}

),

final as (

    select
        measured.row_count,
        measured.null_keys,
        duplicates.duplicate_keys,
        measured.opql_out_of_range,
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
