{#- A complete select over a raw table: one row per answer, its text parsed once.

    `answer` is the struct of the declared `shape` (see parse_json), NULL where the answer cannot be read; `transport_rule` says
    why: not_yet (202), http_status, empty_body, not_json. On an incremental run only segments that are not in the model yet. -#}
{% macro read_answers(relation, shape) -%}
    select
        request_id,
        segment,
        run_id,
        vendor,
        endpoint,
        options,
        fetched_at,
        status_code,
        body,
        transport_rule,
        md5(concat_ws('|', request_id, segment, status_code, fetched_at)) as answer_id,
        {{ json_text('options', '$._extraction') }} as extraction_id,
        try_cast({{ json_text('options', '$._page') }} as integer) as page,
        {{ parse_json('subjects', [{'key': 'text', 'type': 'text', 'value': 'text'}]) }} as subjects,
        case when transport_rule is null then {{ parse_json('body', shape) }} end as answer
    from (
        select
            request_id,
            segment,
            run_id,
            vendor,
            endpoint,
            options,
            subjects,
            fetched_at,
            status_code,
            body,
            case
                when status_code = 202 then 'not_yet'
                when status_code is null or status_code < 200 or status_code > 299 then 'http_status'
                when coalesce(trim(body), '') = '' then 'empty_body'
                when not {{ json_is_valid('body') }} then 'not_json'
            end as transport_rule
        from {{ relation }}
        {% if is_incremental() %}
            where segment not in (select distinct loaded.segment from {{ this }} as loaded)
        {% endif %}
    ) as received
{%- endmacro %}
