-- Grain: one row per export summary seen, from creating or polling; one row for an empty list; one row for an answer
-- that could not be read.
with records as (

    {{ explode_records(
        source('contactbased', 'exports'),
        shape='list',
        path='items',
        bare=true,
        alone='export_id',
        columns=columns_contactbased('exports'),
        required=['export_id', 'status'],
    ) }}

)

select * from records
