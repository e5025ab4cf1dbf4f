-- Grain: one row per HEM of an intent list; one row for a list without HEMs; one row for an answer that could not be read.
with records as (

    {{ explode_records(
        source('bigdbm', 'intent_hems'),
        shape='list',
        path='hems',
        columns=columns_bigdbm('intent_hems'),
        required=['hem'],
        hashes='hem',
        envelope=envelope_bigdbm('intent_hems'),
        status='answer.status',
        accepted=['success'],
        expected='answer.count',
    ) }}

)

select * from records
