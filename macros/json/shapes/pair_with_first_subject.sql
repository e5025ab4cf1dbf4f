{#- Shapes `single` and `list`: every element belongs to the one subject that was asked. An answer without elements gives one row
    without a record. -#}
{% macro pair_with_first_subject() -%}
    select
        readable.answer_id,
        readable.first_subject.key as question_key,
        readable.first_subject.type as subject_type,
        readable.first_subject.value as subject_value,
        elements.ordinal,
        case when elements.answer_id is not null then coalesce(cast(elements.item as {{ engine_type('varchar') }}), 'null') end as record,
        cast(null as {{ engine_type('varchar') }}) as pair_rule
    from readable
    left join elements on readable.answer_id = elements.answer_id
{%- endmacro %}
