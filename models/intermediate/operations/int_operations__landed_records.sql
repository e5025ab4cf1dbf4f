-- Grain: one row per row of the base models: a landed record, a subject without one, or an answer that could not be read.
{{ config(materialized='view') }}

with landed as (

    {% for landed in staged_streams() %}
        select
            '{{ landed.vendor }}' as vendor,
            {{ reported_stream("'" ~ landed.stream ~ "'", 'endpoint') }} as stream,
            endpoint,
            record_id,
            copy,
            request_id,
            extraction_id,
            question_key,
            subject_type,
            subject_value,
            ordinal,
            fetched_at,
            record is not null as has_record,
            is_match,
            quarantine_rule,
            quarantine_reason,
            warning,
            unknown_keys
        from {{ ref('base_' ~ landed.vendor ~ '__' ~ landed.stream) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from landed
