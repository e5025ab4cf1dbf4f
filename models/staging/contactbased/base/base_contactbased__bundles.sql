-- Grain: one row per bundle and reading of the list; one row for an answer that could not be read.
with records as (

    {{ explode_records(
        source('contactbased', 'bundles'),
        shape='list',
        path='bundles',
        bare=true,
        scalars=true,
        columns=columns_contactbased('bundles'),
    ) }}

)

select * from records
