-- Grain: one row per ZIP+4 asked, with its insight or without; one row for an answer that could not be read.
with records as (

    {{ explode_records(
        source('bigdbm', 'zip4_insights'),
        shape='keyed',
        path='returnData',
        columns=columns_bigdbm('zip4_insights'),
        envelope={'status': 'json'},
        status='answer.status',
        accepted=['success'],
    ) }}

)

select * from records
