{#- Shape `positional`: the n-th element answers the n-th subject and repeats its value under `echo`.

    If the lengths differ or one value is not the one asked at its place, nothing in the answer can be trusted: every element and
    every subject of it is quarantined (positions_mismatch). An element that has no `record_key` at all has drifted (wrong_shape);
    one whose record is null, or whose `found` is false, is a subject without a record. -#}
{% macro pair_by_position(echo, record_key, found=none) -%}
    {%- set varchar = engine_type('varchar') -%}
    with entries as (

        select
            answer_id,
            ordinal as position,
            {{ json_text('item', '$.' ~ echo) }} as named,
            {{ json_has_key('item', record_key) }} as has_record_key,
            {{ to_flag(json_text('item', '$.' ~ found)) if found else 'cast(null as boolean)' }} as was_found,
            {{ parse_json('item', {record_key: 'json'}) }} as opened
        from elements

    ),

    lined_up as (

        select
            coalesce(asked.answer_id, entries.answer_id) as answer_id,
            coalesce(asked.position, entries.position) as position,
            asked.question_key,
            asked.subject_type,
            asked.subject_value,
            entries.has_record_key,
            coalesce(entries.was_found, true) as was_found,
            cast(entries.opened.{{ record_key }} as {{ varchar }}) as record,
            case when lower(trim(entries.named)) = lower(trim(asked.subject_value)) then 0 else 1 end as is_off
        from asked
        full outer join entries on asked.answer_id = entries.answer_id and asked.position = entries.position

    ),

    weighed as (

        select
            *,
            max(is_off) over (partition by answer_id) as answer_is_off
        from lined_up

    )

    select
        answer_id,
        question_key,
        subject_type,
        subject_value,
        position as ordinal,
        case when was_found then record end as record,
        case
            when answer_is_off = 1 then 'positions_mismatch'
            when was_found and not has_record_key then 'wrong_shape'
        end as pair_rule
    from weighed
{%- endmacro %}
