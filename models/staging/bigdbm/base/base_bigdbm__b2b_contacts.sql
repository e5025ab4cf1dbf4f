-- Grain: one row per subject and professional profile found for it; one row for a subject without any; one row for an
-- answer that could not be read.
with records as (

    {{ explode_records(
        source('bigdbm', 'b2b_contacts'),
        shape='keyed',
        path='returnData',
        columns=columns_bigdbm('b2b_contacts'),
        envelope={'status': 'json'},
        status='answer.status',
        accepted=['success'],
    ) }}

)

select * from records
