-- Grain: one row per subject and profile found for it; one row for a subject without any; one row for an answer that
-- could not be read.
with records as (

    {{ explode_records(
        source('bigdbm', 'consumer_profiles'),
        shape='keyed',
        path='returnData',
        columns=columns_bigdbm('consumer_profiles'),
        envelope={'status': 'json'},
        status='answer.status',
        accepted=['success'],
    ) }}

)

select * from records
