-- Grain: one row per answer.
with records as (

    {{ explode_records(
        source('leadpipe', 'filters'),
        shape='single',
        columns=columns_leadpipe('filters'),
        required=['data'],
    ) }}

)

select * from records
