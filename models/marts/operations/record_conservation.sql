-- Grain: one row per vendor and stream. The books of staging: every landed record is staged, quarantined or a counted duplicate,
-- exactly once. Staged records are counted where they arrived, in the staging models, not where they left.
{{ config(contract={'enforced': true}) }}

with landed as (

    select * from {{ ref('int_operations__landed_records') }}

),

-- Every stream has its row, also one that has received nothing.
arrived as (

    {% for stream in staged_streams() %}
        select
            '{{ stream.vendor }}' as vendor,
            {{ reported_stream("'" ~ stream.stream ~ "'", 'endpoint') }} as stream,
            request_id
        from {{ source(stream.vendor, stream.stream) }}

        union all
        {% for name in stream.reported_as %}
            select
                '{{ stream.vendor }}' as vendor,
                '{{ name }}' as stream,
                cast(null as {{ engine_type('varchar') }}) as request_id
            {{ 'union all' if not loop.last }}
        {% endfor %}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

received as (

    select
        vendor,
        stream,
        count(distinct request_id) as answers_received
    from arrived
    group by
        vendor,
        stream

),

staged_records as (

    {% for stream in staged_streams() %}
        {% for model in stream.staged_in %}
            select
                '{{ stream.vendor }}' as vendor,
                {{ reported_stream("'" ~ stream.stream ~ "'", 'endpoint') }} as stream,
                record_id
            from {{ ref('stg_' ~ stream.vendor ~ '__' ~ model) }}
            {{ 'where is_match' if stream.has_misses }}
            {{ 'union all' if not loop.last }}
        {% endfor %}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

staged as (

    select
        vendor,
        stream,
        count(distinct record_id) as staged
    from staged_records
    group by
        vendor,
        stream

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

-- Phone numbers and e-mail addresses of vendors: those that could be read stand with a person's, the others are quarantined.
held as (

    {% for kind in ['phone', 'email'] %}
        select distinct
            evidence_id,
            '{{ kind }}' as kind
        from {{ ref('int_contacts__' ~ kind ~ 's') }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

given_values as (

    select
        given.vendor,
        given.stream,
        count(*) as values_given,
        count(case when given.is_read and held.evidence_id is not null then 1 end) as values_read,
        count(case when not given.is_read then 1 end) as values_quarantined
    from {{ ref('int_operations__given_values') }} as given
    left join held on given.evidence_id = held.evidence_id and given.kind = held.kind
    group by
        given.vendor,
        given.stream

),

final as (

    select
        received.vendor,
        received.stream,
        received.answers_received,
        coalesce(counted.answers_accounted, 0) as answers_accounted,
        cast(coalesce(counted.landed, 0) as bigint) as landed,
        coalesce(staged.staged, 0) as staged,
        cast(coalesce(counted.quarantined, 0) as bigint) as quarantined,
        cast(coalesce(counted.duplicates, 0) as bigint) as duplicates,
        cast(coalesce(counted.misses, 0) as bigint) as misses,
        coalesce(counted.answers_with_warning, 0) as answers_with_warning,
        coalesce(given_values.values_given, 0) as values_given,
        coalesce(given_values.values_read, 0) as values_read,
        coalesce(given_values.values_quarantined, 0) as values_quarantined
    from received
    left join staged on received.vendor = staged.vendor and received.stream = staged.stream
    left join counted on received.vendor = counted.vendor and received.stream = counted.stream
    left join given_values on received.vendor = given_values.vendor and received.stream = given_values.stream

)

select * from final
