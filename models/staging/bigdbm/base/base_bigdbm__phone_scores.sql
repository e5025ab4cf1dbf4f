-- Grain: one row per answer.
with records as (

    {{ explode_records(
        source('bigdbm', 'phone_scores'),
        shape='single',
        columns=columns_bigdbm('phone_scores'),
        required=['opql_score'],
        envelope={'status': 'json'},
        status='answer.status',
        accepted=['success'],
    ) }}

)

select * from records
