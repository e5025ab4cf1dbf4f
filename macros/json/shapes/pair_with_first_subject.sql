{#- Shapes `single` and `list`: every element belongs to the one subject that was asked. An answer without elements gives one row
    without a record. -#}
{% macro pair_with_first_subject() -%}
    select
        facts.answer_id,
        facts.first_subject.key as question_key,
        facts.first_subject.type as subject_type,
        facts.first_subject.value as subject_value,
        elements.ordinal,
        case when elements.answer_id is not null then coalesce(cast(elements.item as {{ engine_type('varchar') }}), 'null') end as record,
        cast(null as {{ engine_type('varchar') }}) as pair_rule
    from facts
    left join elements on facts.answer_id = elements.answer_id
    where facts.answer_rule is null
{%- endmacro %}
