-- Grain: one row per value of the field asked; one row for a field without values; one row for an answer that could not be
-- read.
with records as (

    {{ explode_records(
        source('contactbased', 'filter_values'),
        shape='list',
        path='values',
        bare=true,
        scalars=true,
        columns=columns_contactbased('filter_values'),
    ) }}

)

select * from records
