{#- A complete select: the rows of `judged`, a person's e-mail addresses or phone numbers (`value` is the name of the column), with
    their place (<value>_rank, 1 is the one to use), why they have it (rank_reason) and how many people carry the value (carriers).
    The order is that of survivorship_steps(); `judged` has verdict, verdict_step, is_refuted, is_fresh, vendor_count,
    vendor_priority and as_of. Reads the model's import rules, the one row of survivorship_rules. -#}
{% macro ranked_addresses(judged, value) -%}
    with steps as (

        select
            {{ judged }}.*,
            rules.first_step,
            rules.second_step,
            rules.third_step,
            rules.fourth_step,
            case when {{ judged }}.verdict_reason = 'malformed' then 3 when {{ judged }}.verdict = 'suppress' then 2 when {{ judged }}.is_refuted then 1 else 0 end as refuted_step,
            0 as superseded_step,
            {% for step in ['first_step', 'second_step', 'third_step', 'fourth_step'] %}
                {{ survivorship_step('rules.' ~ step, {
                    'validated': judged ~ '.verdict_step',
                    'fresh': 'case when ' ~ judged ~ '.is_fresh then 0 else 1 end',
                    'agreed': '-' ~ judged ~ '.vendor_count',
                    'trusted': judged ~ '.vendor_priority',
                }) }} as step_{{ loop.index }},
            {% endfor %}
            0 as filled_step,
            0 as score_step,
            -coalesce({{ days_between("timestamp '1970-01-01 00:00:00'", judged ~ '.as_of') }}, 0) as age_step
        from {{ judged }}
        cross join rules

    ),

    ranked as (

        select
            *,
            row_number() over (
                partition by contact_key
                order by
                    {{ survivorship_steps() | join(', ') }}, {{ value }}
            ) as {{ value }}_rank
        from steps

    ),

    -- The one to use is compared with the next best, the others with the one to use.
    compared as (

        select
            *,
            {% for step in survivorship_steps() %}
                case
                    when {{ value }}_rank = 1 then lead({{ step }}) over (partition by contact_key order by {{ value }}_rank)
                    else first_value({{ step }}) over (partition by contact_key order by {{ value }}_rank)
                end as other_{{ step }},
            {% endfor %}
            count(*) over (partition by {{ value }}) as carriers,
            count(*) over (partition by contact_key) as choices
        from ranked

    )

    select
        *,
        case when choices = 1 then 'only_value' else {{ decided_by('', 'other_') }} end as rank_reason
    from compared
{%- endmacro %}
