-- Grain: one row per topic and reading of the catalogue; one row for an answer that could not be read.
with records as (

    {{ explode_records(
        source('leadpipe', 'topics'),
        shape='list',
        path='data',
        columns=columns_leadpipe('topics'),
        required=['topicId'],
        envelope={'meta': 'json'},
    ) }}

)

select * from records
