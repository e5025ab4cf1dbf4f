{#- Shapes `keyed` and `matched`: an element names its subject, by the key it sits under or by the value it repeats (`echo`).

    Joined on the value as it was sent, first exactly, then without regard to case and blanks. A key's list is opened; a key that
    holds something else than a list is quarantined as it is. A subject that got no record gives one row without a record; an
    element that names no subject of the request is quarantined (not_asked). -#}
{% macro pair_by_value(shape, echo=none) -%}
    {%- set varchar = engine_type('varchar') -%}
    with entries as (

        select
            answer_id,
            ordinal as place,
            {% if shape == 'keyed' %}
                item.key as named,
                case
                    when {{ json_kind('item.value') }} = 'array' then {{ parse_json('item.value', 'json[]') }}
                    when item.value is not null then {{ single_element_list('item.value') }}
                end as records,
                case when {{ json_kind('item.value') }} <> 'array' and item.value is not null then 'wrong_shape' end as shape_rule
            {% else %}
                {{ json_text('item', '$.' ~ echo) }} as named,
                {{ single_element_list("coalesce(cast(item as " ~ varchar ~ "), 'null')") }} as records,
                cast(null as {{ varchar }}) as shape_rule
            {% endif %}
        from elements

    ),

    candidates as (

        select
            entries.answer_id,
            entries.place,
            entries.records,
            entries.shape_rule,
            asked.position,
            asked.question_key,
            asked.subject_type,
            asked.subject_value,
            row_number() over (
                partition by entries.answer_id, entries.place
                order by case when asked.subject_value = entries.named then 0 else 1 end, asked.position
            ) as choice
        from entries
        left join asked
            on
                entries.answer_id = asked.answer_id
                and lower(trim(entries.named)) = lower(trim(asked.subject_value))

    ),

    chosen as (

        select * from candidates
        where choice = 1

    ),

    opened as (

        {{ unnest_list('chosen', 'records', [
            'answer_id', 'position', 'question_key', 'subject_type', 'subject_value', 'shape_rule',
        ]) | indent(8) }}

    ),

    answered as (

        select distinct
            answer_id,
            position
        from opened

    )

    select
        answer_id,
        question_key,
        subject_type,
        subject_value,
        ordinal,
        coalesce(cast(item as {{ varchar }}), 'null') as record,
        coalesce(shape_rule, case when position is null then 'not_asked' end) as pair_rule
    from opened

    union all

    select
        asked.answer_id,
        asked.question_key,
        asked.subject_type,
        asked.subject_value,
        cast(null as bigint) as ordinal,
        cast(null as {{ varchar }}) as record,
        cast(null as {{ varchar }}) as pair_rule
    from asked
    left join answered on asked.answer_id = answered.answer_id and asked.position = answered.position
    where answered.answer_id is null
{%- endmacro %}
