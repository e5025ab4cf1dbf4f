-- Grain: one row per saved audience seen, from listing, creating or reading; one row for an empty list; one row for an
-- answer that could not be read.
with records as (

    {{ explode_records(
        source('leadpipe', 'audiences'),
        shape='list',
        path='data',
        alone='data.id',
        columns=columns_leadpipe('audiences'),
        required=['id|data.id', 'name|data.name'],
    ) }}

)

select * from records
