{#- A complete select, the heart of every base model: raw answers in, one row per landed record out (columns: base_columns).

    Where the records sit (`shape`):
      single      the answer is the record
      list        records in the list `path`, all about the one subject that was asked; an empty list gives one row without a
                  record ("asked, nothing there"). `bare`: the answer may be that list itself. `alone`: an answer without the
                  list but with this key is one record by itself. `scalars`: the elements may be plain values
      keyed       `path` maps each submitted value to a list of its records; a value without records gives one row without a
                  record, a key that was not submitted is quarantined (not_asked). {} and [] both mean "none at all"
      matched     a list at `path` whose elements repeat the submitted value under `echo`, in any order
      positional  a list at `path` with one element per subject, in the order of asking, the record under `record_key` (null
                  or `found` = false: no record), the submitted value under `echo`. If one does not line up, none is trusted

    Other arguments: `columns` the declared record (key to type; other keys are counted as unknown), `columns_of` the same by endpoint
    where several deliver the stream, `required` keys of which each (or one of 'a|b.c') must hold a value, `envelope` the fields of the answer to keep beside its records (key to type),
    `status` the answer's own status (SQL on `answer`, a json value) with `accepted`, `pending` or `failed` texts, `expected`
    the number of records the answer announces (SQL; a difference is a warning, not a loss), `identity` what, beside the place in
    the list, identifies a record whose content does not (SQL, comma-separated), `hashes` a key (or 'a|b.c') that must hold a
    hash where it holds anything, `unless` one of these keys tells whose the record is.

    Every answer gives at least one row, and an answer that cannot be read exactly one, quarantined: never an error, never a loss. -#}
{% macro explode_records(
    relation, shape, columns={}, columns_of={}, path=none, required=[], envelope={}, status=none, accepted=[], pending=[], failed=[],
    expected=none, echo=none, record_key=none, found=none, bare=false, alone=none, scalars=false, identity=none, hashes=none,
    unless=none
) %}
{%- set answer_shape = dict(envelope) -%}
{%- if path -%}
    {%- do answer_shape.update({path: 'map' if shape == 'keyed' else 'json[]'}) -%}
{%- elif not envelope -%}
    {%- set answer_shape = 'json' -%}
{%- endif -%}
{%- set varchar = engine_type('varchar') -%}

with answers as (

    {{ read_answers(relation, answer_shape) }}

),

located as (

    select
        answer_id,
        request_id,
        segment,
        run_id,
        vendor,
        endpoint,
        extraction_id,
        page,
        options,
        fetched_at,
        status_code,
        transport_rule,
        subjects,
        md5(body) as body_hash,
        {% if envelope %}
            case when answer is not null then {{ fields_as_json('answer', envelope) }} end as envelope,
        {% else %}
            cast(null as {{ varchar }}) as envelope,
        {% endif %}
        {% if status %}
            lower(
                case
                    when left(cast({{ status }} as {{ varchar }}), 1) = '"' then trim(cast({{ status }} as {{ varchar }}), '"')
                end
            ) as answer_status,
        {% else %}
            cast(null as {{ varchar }}) as answer_status,
        {% endif %}
        {{ to_integer(expected) if expected else 'cast(null as integer)' }} as announced_count,
        {{ "concat_ws('|', endpoint, " ~ identity ~ ")" if identity else 'cast(null as ' ~ varchar ~ ')' }} as identity_scope,
        case
            when transport_rule is not null then null
            {% if shape == 'single' %}
                when {{ json_kind('body') }} = 'object' then {{ single_element_list('body') }}
            {% elif shape == 'keyed' %}
                when answer.{{ path }} is not null then {{ map_to_entries('answer.' ~ path) }}
                when {{ list_size(parse_json(parse_json('body', {path: 'json'}) ~ '.' ~ path, 'json[]')) }} = 0
                    then {{ map_to_entries(parse_json("'{}'", 'map')) }}
            {% else %}
                when answer.{{ path }} is not null then answer.{{ path }}
                {% if bare %}
                    when {{ json_kind('body') }} = 'array' then {{ parse_json('body', 'json[]') }}
                {% endif %}
                {% if alone %}
                    when {{ json_text('body', '$.' ~ alone) }} is not null then {{ single_element_list('body') }}
                {% endif %}
            {% endif %}
        end as items
    from answers

),

-- One row per answer without its records: whatever meets every record again must be small, or a list of 100,000 records is
-- carried 100,000 times.
facts as (

    select
        answer_id,
        request_id,
        segment,
        run_id,
        vendor,
        endpoint,
        extraction_id,
        page,
        options,
        fetched_at,
        status_code,
        body_hash,
        envelope,
        announced_count,
        identity_scope,
        {{ list_size('subjects') }} as subject_count,
        {{ first_element('subjects') }} as first_subject,
        case
            when transport_rule is not null then transport_rule
            {% if pending %}
                when answer_status in ('{{ pending | join("', '") }}') then 'not_yet'
            {% endif %}
            {% if failed %}
                when answer_status in ('{{ failed | join("', '") }}') then 'application_error'
            {% endif %}
            {% if accepted %}
                when answer_status not in ('{{ accepted | join("', '") }}') then 'application_error'
            {% endif %}
            when items is null then 'wrong_shape'
        end as answer_rule
    from located

),

readable as (

    select
        located.answer_id,
        located.subjects,
        located.items
    from located
    inner join facts on located.answer_id = facts.answer_id
    where facts.answer_rule is null

),

elements as (

    {{ unnest_list('readable', 'items', ['answer_id']) }}

),

subjects_asked as (

    {{ unnest_list('readable', 'subjects', ['answer_id']) }}

),

asked as (

    select
        answer_id,
        ordinal as position,
        item.key as question_key,
        item.type as subject_type,
        item.value as subject_value
    from subjects_asked

),

paired as (

    {% if shape in ('single', 'list') %}
        {{ pair_with_first_subject() }}
    {% elif shape == 'positional' %}
        {{ pair_by_position(echo, record_key, found) }}
    {% else %}
        {{ pair_by_value(shape, echo) }}
    {% endif %}

),

without_records as (

    select
        answer_id,
        case when subject_count = 1 then first_subject.key end as question_key,
        case when subject_count = 1 then first_subject.type end as subject_type,
        case when subject_count = 1 then first_subject.value end as subject_value,
        answer_rule
    from facts
    where answer_rule is not null

    union all

    -- A question without subjects, answered with nothing: the answer must still leave a row.
    select
        facts.answer_id,
        cast(null as {{ varchar }}) as question_key,
        cast(null as {{ varchar }}) as subject_type,
        cast(null as {{ varchar }}) as subject_value,
        cast(null as {{ varchar }}) as answer_rule
    from facts
    left join (select distinct paired.answer_id from paired) as answered on facts.answer_id = answered.answer_id
    where
        facts.answer_rule is null
        and answered.answer_id is null

),

judged as (

    select
        answer_id,
        question_key,
        subject_type,
        subject_value,
        ordinal,
        record,
        case
            when pair_rule in ('wrong_shape', 'positions_mismatch') then pair_rule
            {% if not scalars %}
                when {{ json_kind('record') }} <> 'object' and record is not null then 'not_an_object'
            {% endif %}
            {% for alternatives in required %}
                when
                    record is not null
                    and {{ first_text('record', alternatives) }} is null
                    then 'required_value_missing'
            {% endfor %}
            {% if hashes %}
                when
                    record is not null
                    and {{ hash_type(first_text('record', hashes)) }} = 'unknown'
                    {% if unless %}and {{ first_text('record', unless) }} is null{% endif %}
                    then 'hash_malformed'
            {% endif %}
            else pair_rule
        end as quarantine_rule
    from paired

    union all

    select
        answer_id,
        question_key,
        subject_type,
        subject_value,
        cast(null as bigint) as ordinal,
        cast(null as {{ varchar }}) as record,
        answer_rule as quarantine_rule
    from without_records

),

described as (

    select
        judged.answer_id,
        judged.question_key,
        judged.subject_type,
        judged.subject_value,
        judged.ordinal,
        judged.record,
        judged.quarantine_rule,
        facts.request_id,
        facts.segment,
        facts.run_id,
        facts.vendor,
        facts.endpoint,
        facts.extraction_id,
        facts.page,
        facts.options,
        facts.fetched_at,
        facts.envelope,
        judged.record is not null and judged.quarantine_rule is null as is_match,
        case when facts.answer_rule is not null then facts.body_hash else md5(judged.record) end as content_hash,
        {{ quarantine_reason('judged.quarantine_rule', 'facts.status_code') }} as quarantine_reason,
        case
            when facts.answer_rule is not null then md5(facts.answer_id)
            when
                judged.record is not null
                and judged.quarantine_rule is null
                and facts.identity_scope is not null
                then md5(concat_ws('|', facts.identity_scope, judged.ordinal))
            else
                md5(concat_ws(
                    '|',
                    coalesce(facts.extraction_id, facts.request_id),
                    judged.question_key,
                    coalesce(md5(judged.record), 'nothing')
                ))
        end as record_id,
        {% if expected %}
            case
                when
                    facts.announced_count <> sum(case when judged.record is not null then 1 else 0 end) over (
                        partition by judged.answer_id
                    )
                    then 'count_mismatch'
            end as warning,
        {% else %}
            cast(null as {{ varchar }}) as warning,
        {% endif %}
        case
            {% for of_endpoint, declared in columns_of.items() %}
                when facts.endpoint = '{{ of_endpoint }}' and {{ json_kind('judged.record') }} = 'object'
                    then {{ unknown_keys('judged.record', declared | list) }}
            {% endfor %}
            when {{ json_kind('judged.record') }} = 'object' then {{ unknown_keys('judged.record', columns | list + (envelope | list if shape == 'single' else [])) }}
        end as unknown_keys
    from judged
    inner join facts on judged.answer_id = facts.answer_id

),

final as (

    select
        *,
        row_number() over (partition by answer_id, record_id order by ordinal) as copy
    from described

)

select {{ base_columns() | join(', ') }}
from final
{% endmacro %}
