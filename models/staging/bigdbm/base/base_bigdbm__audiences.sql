-- Grain: one row per answer about an audience: its creation, or its state when it was asked for.
with records as (

    {{ explode_records(
        source('bigdbm', 'audiences'),
        shape='single',
        columns=columns_bigdbm('audiences'),
        required=['status'],
        envelope={'status': 'json'},
        status='answer.status',
        failed=['error'],
    ) }}

)

select * from records
