-- Grain: one row per daily run seen, and per state asked; one row for an audience without runs; one row for an answer that
-- could not be read.
with records as (

    {{ explode_records(
        source('leadpipe', 'runs'),
        shape='list',
        path='data',
        alone='data.status',
        columns=columns_leadpipe('runs'),
        required=['status|data.status'],
    ) }}

)

select * from records
