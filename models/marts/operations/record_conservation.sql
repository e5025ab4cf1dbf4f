-- Grain: one row per vendor and stream. The books of staging: every landed record is staged, quarantined or a counted duplicate,
-- exactly once. Staged records are counted where they arrived, in the staging models, not where they left.
{{ config(contract={'enforced': true}) }}

with landed as (

    select * from {{ ref('int_operations__landed_records') }}

),

received as (

    {% for stream in staged_streams() %}
        select
            '{{ stream.vendor }}' as vendor,
            '{{ stream.stream }}' as stream,
            count(distinct request_id) as answers_received
        from {{ source(stream.vendor, stream.stream) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

staged as (

    {% for stream in staged_streams() %}
        select
            '{{ stream.vendor }}' as vendor,
            '{{ stream.stream }}' as stream,
            count(distinct record_id) as staged
        from {{ ref('stg_' ~ stream.vendor ~ '__' ~ stream.stream) }}
        {{ 'where is_match' if stream.has_misses }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

counted as (

    select
        vendor,
        stream,
        count(distinct request_id) as answers_accounted,
        sum(case when has_record or quarantine_rule is not null then 1 else 0 end) as landed,
        sum(case when quarantine_rule is not null then 1 else 0 end) as quarantined,
        sum(case when is_match then 1 else 0 end) - count(distinct case when is_match then record_id end) as duplicates,
        sum(case when not has_record and quarantine_rule is null then 1 else 0 end) as misses,
        count(distinct case when warning is not null then request_id end) as answers_with_warning
    from landed
    group by vendor, stream

),

final as (

    select
        received.vendor,
        received.stream,
        received.answers_received,
        coalesce(counted.answers_accounted, 0) as answers_accounted,
        cast(coalesce(counted.landed, 0) as bigint) as landed,
        staged.staged,
        cast(coalesce(counted.quarantined, 0) as bigint) as quarantined,
        cast(coalesce(counted.duplicates, 0) as bigint) as duplicates,
        cast(coalesce(counted.misses, 0) as bigint) as misses,
        coalesce(counted.answers_with_warning, 0) as answers_with_warning
    from received
    inner join staged on received.vendor = staged.vendor and received.stream = staged.stream
    left join counted on received.vendor = counted.vendor and received.stream = counted.stream

)

select * from final
