{#- A complete select of one number: the largest share of a vendor's codes, on one day of the 30 before the newest, that our seed
    does not know or that cannot be read. A day counts with as many of them as the seed gate_thresholds says (at_least): one of
    three is no share. By day, because years of good answers would hide the week in which a vendor changed its codes; and 30 days
    (2026-11-30), because what was answered before is asked again by then. NULL where nothing was answered.

    `relation` needs vendor, checked_at and is_unmapped; `is_answered` is a condition. -#}
{% macro measure_unmapped(gate, relation, is_answered) -%}
    select max(case when days.unmapped >= least_counts.at_least then days.unmapped * 1.0 / days.answers else 0 end) as unmapped_share
    from (
        select
            vendor,
            checked_on,
            newest_on,
            count(*) as answers,
            {{ count_where('is_unmapped') }} as unmapped
        from (
            select
                vendor,
                is_unmapped,
                cast(checked_at as date) as checked_on,
                max(cast(checked_at as date)) over (partition by vendor) as newest_on
            from {{ relation }}
            where {{ is_answered }}
        ) as answered
        group by vendor, checked_on, newest_on
    ) as days
    cross join (
        select min(at_least) as at_least from {{ ref('gate_thresholds') }}
        where gate = '{{ gate }}' and check_name = 'unmapped_share'
    ) as least_counts
    where {{ days_between('days.checked_on', 'days.newest_on') }} < 30
{%- endmacro %}
