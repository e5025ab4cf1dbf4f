{#- The name of the first step in which a claim differs from its rival. `mine` and `other` are prefixes of the columns of
    survivorship_steps; the columns first_step to fourth_step hold what the four steps are. -#}
{% macro decided_by(mine, other) -%}
    {%- set names = {
        'refuted_step': "'unrefuted'",
        'superseded_step': "'current'",
        'step_1': 'first_step',
        'step_2': 'second_step',
        'step_3': 'third_step',
        'step_4': 'fourth_step',
        'filled_step': "'complete'",
        'score_step': "'score'",
        'age_step': "'newer'",
    } -%}
    case
        {%- for step in survivorship_steps() %}
        when {{ mine }}{{ step }} <> {{ other }}{{ step }} then {{ names[step] }}
        {%- endfor %}
        else 'alphabet'
    end
{%- endmacro %}
