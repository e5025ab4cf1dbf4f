-- Grain: one row per field and reading; one row for an answer without fields; one row for an answer that could not be read.
with records as (

    {{ explode_records(
        source('contactbased', 'filter_fields'),
        shape='list',
        path='fields',
        bare=true,
        columns=columns_contactbased('filter_fields'),
        required=['field'],
    ) }}

)

select * from records
