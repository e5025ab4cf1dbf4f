{#- A complete select: subjects of an answer that was delivered and cannot be read for them: the whole answer could not be
    read, or the subject's record was refused. One row per subject and answer: record_id, request_id, vendor,
    endpoint, subject_value, fetched_at. An answer that says "not yet", failed in itself or came with an error status does not count
    (as in int_worklists__answers). -#}
{% macro unread_subjects(vendor, stream) -%}
    with refused as (

        select distinct request_id
        from {{ ref('base_' ~ vendor ~ '__' ~ stream) }}
        where quarantine_rule not in ('not_yet', 'http_status', 'application_error')

    ),

    unread_answers as (

        select
            answers.request_id,
            answers.vendor,
            answers.endpoint,
            answers.fetched_at,
            {{ parse_json('answers.subjects', [{'key': 'text', 'type': 'text', 'value': 'text'}]) }} as subjects
        from {{ source(vendor, stream) }} as answers
        inner join refused on answers.request_id = refused.request_id

    ),

    asked as (

        {{ unnest_list('unread_answers', 'subjects', ['request_id', 'vendor', 'endpoint', 'fetched_at']) }}

    ),

    staged as (

        select distinct
            request_id,
            question_key
        from {{ ref('stg_' ~ vendor ~ '__' ~ stream) }}

    )

    select
        md5(concat_ws('|', asked.request_id, asked.item.key, 'unread')) as record_id,
        asked.request_id,
        asked.vendor,
        asked.endpoint,
        asked.item.value as subject_value,
        asked.fetched_at
    from asked
    left join staged
        on
            asked.request_id = staged.request_id
            and asked.item.key = staged.question_key
    where staged.request_id is null
{%- endmacro %}
