-- Grain: one row per answer.
with records as (

    {{ explode_records(
        source('bigdbm', 'pii_counts'),
        shape='single',
        columns=columns_bigdbm('pii_counts'),
        required=['count'],
        envelope={'status': 'json'},
        status='answer.status',
        accepted=['success'],
    ) }}

)

select * from records
