-- Grain: one row per reading of the credit pool.
with source as (

    select * from {{ ref('base_contactbased__credit_balances') }}

),

kept as (

    {{ keep_staged('source', matches_only=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased('credit_balances')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        {{ to_double('fields.records_limit') }} as records_limit,
        {{ to_double('fields.records_used') }} as records_used,
        {{ to_double('fields.records_reserved') }} as records_reserved,
        {{ to_double('fields.records_remaining') }} as records_remaining,
        {{ to_date('fields.period_start') }} as period_start,
        {{ to_date('fields.period_end') }} as period_end
    from parsed

)

select * from final
