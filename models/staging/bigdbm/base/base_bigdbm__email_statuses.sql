-- Grain: one row per address answered; one row for an address that was asked and not answered;
-- one row for an answer that could not be read.
with records as (

    {{ explode_records(
        source('bigdbm', 'email_statuses'),
        shape='matched',
        path='results',
        echo='email',
        columns=columns_bigdbm('email_statuses'),
        required=['email', 'status'],
        envelope={'status': 'json'},
        status='answer.status',
        accepted=['success'],
    ) }}

)

select * from records
