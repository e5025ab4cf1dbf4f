-- Grain: one row per contact id asked, with or without a record; one row for an answer that could not be read.
with records as (

    {{ explode_records(
        source('contactbased', 'interests'),
        shape='positional',
        path='results',
        echo='contact_id',
        record_key='data',
        found='found',
        columns=columns_contactbased__interests(),
        envelope={'found': 'text'},
        expected='answer.found',
    ) }}

)

select * from records
