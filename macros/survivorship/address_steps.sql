{#- The columns by which survivorship_steps() orders a person's addresses and numbers, as their verdicts and the seed's order of
    steps say. `judged` has verdict, verdict_step, is_refuted, is_fresh, vendor_count, vendor_priority, as_of; `rules` is the one
    row of survivorship_rules. -#}
{% macro address_steps(judged, rules) -%}
    {{ rules }}.first_step,
    {{ rules }}.second_step,
    {{ rules }}.third_step,
    {{ rules }}.fourth_step,
    case when {{ judged }}.verdict = 'suppress' then 2 when {{ judged }}.is_refuted then 1 else 0 end as refuted_step,
    0 as superseded_step,
    {% for step in ['first_step', 'second_step', 'third_step', 'fourth_step'] %}
        {{ survivorship_step(rules ~ '.' ~ step, {
            'validated': judged ~ '.verdict_step',
            'fresh': 'case when ' ~ judged ~ '.is_fresh then 0 else 1 end',
            'agreed': '-' ~ judged ~ '.vendor_count',
            'trusted': judged ~ '.vendor_priority',
        }) }} as step_{{ loop.index }},
    {% endfor %}
    0 as filled_step,
    0 as score_step,
    -{{ days_between("timestamp '1970-01-01 00:00:00'", judged ~ '.as_of') }} as age_step
{%- endmacro %}
