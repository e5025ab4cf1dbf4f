{#- Why a question is due: the one place that decides between the reasons. `known` is the relation with what was asked before
    (int_worklists__questions); the others are conditions in SQL, each about a question that was never answered itself. -#}
{% macro due_reason(known, new_window='false', other_options='false', other_identifier='false') -%}
    case
        when {{ known }}.answered_at is null and {{ new_window }} then 'new_window'
        when {{ known }}.answered_at is null and {{ other_options }} then 'required_fields_changed'
        when {{ known }}.answered_at is null and {{ other_identifier }} then 'new_identifier'
        when {{ known }}.answered_at is null then 'never_asked'
        when {{ known }}.outcome = 'no_match' then 'no_match_expired'
        when {{ known }}.outcome = 'unreadable' then 'unreadable_expired'
        else 'verdict_expired'
    end
{%- endmacro %}
