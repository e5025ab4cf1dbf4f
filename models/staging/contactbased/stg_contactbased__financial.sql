-- Grain: one row per contact id asked; is_match false where the vendor does not know it.
with source as (

    select * from {{ ref('base_contactbased__financial') }}

),

kept as (

    {{ keep_staged('source') }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased__financial()) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        is_match,
        subject_value as contact_id,
        {{ to_text('fields.credit_range') }} as credit_range,
        {{ to_text('fields.income_range') }} as income_range,
        {{ to_text('fields.net_worth_range') }} as net_worth_range,
        {{ to_flag('fields.investor') }} as is_investor
    from parsed

)

select * from final
