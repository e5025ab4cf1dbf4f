-- Grain: one row per hash asked, with its band or without; one row for an answer that could not be read.
with records as (

    {{ explode_records(
        source('bigdbm', 'age_bands'),
        shape='keyed',
        path='returnData',
        columns=columns_bigdbm('age_bands'),
        required=['Age_Range'],
        envelope={'status': 'json'},
        status='answer.status',
        accepted=['success'],
    ) }}

)

select * from records
