-- Grain: one row per topic of a hash; one row for a hash without topics; one row for an answer that could not be read.
with records as (

    {{ explode_records(
        source('bigdbm', 'intent_topics_by_md5'),
        shape='list',
        path='topics',
        columns=columns_bigdbm('intent_topics_by_md5'),
        required=['sentence'],
        envelope=envelope_bigdbm('intent_topics_by_md5'),
        status='answer.status',
        accepted=['success'],
        expected='answer.count',
    ) }}

)

select * from records
