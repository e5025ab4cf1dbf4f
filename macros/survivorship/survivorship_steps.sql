{#- The columns by which claims about one thing are compared, in order, the smaller the better: what the vendor itself does not hold
    to be wrong, what it has not replaced since, the four steps of the seed survivorship_rules, then what breaks a tie. -#}
{% macro survivorship_steps() %}
    {{ return(['refuted_step', 'superseded_step', 'step_1', 'step_2', 'step_3', 'step_4', 'filled_step', 'score_step', 'age_step']) }}
{% endmacro %}
