-- Grain: one row per feed and reading of the list; one row for an answer that could not be read.
with records as (

    {{ explode_records(
        source('contactbased', 'feeds'),
        shape='list',
        path='items',
        bare=true,
        columns=columns_contactbased('feeds'),
        required=['feed_id'],
    ) }}

)

select * from records
