{#- The columns of a candidate for `due_subjects` that comes from the configuration, not from the list or from discovery. All SQL but
    `endpoint` and `subject_type`. -#}
{% macro configured_question(
    endpoint, subject_type, subject_value, options="'{}'", records='cast(null as integer)', windowed=false
) -%}
    '{{ endpoint }}' as endpoint,
        '{{ subject_type }}' as subject_type,
        {{ subject_value }} as subject_value,
        {{ options }} as options,
        true as is_first_party,
        cast(null as double) as intent_score,
        cast(null as timestamp) as newest_at,
        {{ records }} as records,
        {{ windowed | lower }} as is_windowed
{%- endmacro %}
