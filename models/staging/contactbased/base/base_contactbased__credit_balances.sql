-- Grain: one row per answer.
with records as (

    {{ explode_records(
        source('contactbased', 'credit_balances'),
        shape='single',
        columns=columns_contactbased('credit_balances'),
    ) }}

)

select * from records
