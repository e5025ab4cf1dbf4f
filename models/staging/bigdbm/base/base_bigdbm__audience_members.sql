-- Grain: one row per member on a page; one row for an empty page; one row for an answer that could not be read.
with records as (

    {{ explode_records(
        source('bigdbm', 'audience_members'),
        shape='list',
        path='results',
        columns=columns_bigdbm('audience_members'),
        envelope=envelope_bigdbm('audience_members'),
        status='answer.status',
        accepted=['success', 'completed'],
    ) }}

)

select * from records
