{#- Every rule of a model, checked in one scan: one test a model, because a node costs three times what DuckDB needs for it
    (2026-11-30: 60 to 100 ms a node, a third of it DuckDB). Gives one row per broken rule, its text and the number of rows that
    break it, never a value of a row: the result may be printed, and end_candidate does.

    key              columns that identify a row: none is null, no combination comes twice
    other_keys       further keys, each a list of columns; each is one more aggregate of the same statement
    not_null         columns that are never null
    accepted_values  column: list of values
    accepted_range   column: {min_value, max_value}; both belong to the range, either may be left out
    relationships    column: {to: ref(...), field: a column of it}
    conditions       sentence: an expression that is true of every row

    As in dbt's own tests and in SQL's constraints, NULL breaks no rule but key, other_keys and not_null. -#}
{% test rules(
    model, key=[], other_keys=[], not_null=[], accepted_values={}, accepted_range={}, relationships={}, conditions={}
) %}

    {#- What is asked of each row: the rule's text, and an expression that is true of a row that breaks it. -#}
    {%- set rules = [] -%}
    {%- for column in not_null -%}
        {%- do rules.append((column ~ ' is never null', column ~ ' is null')) -%}
    {%- endfor -%}
    {%- for column, values in accepted_values.items() -%}
        {%- set words, literals = [], [] -%}
        {%- for value in values -%}
            {%- do words.append(value if value is string else value | string | lower) -%}
            {%- do literals.append(dbt.string_literal(dbt.escape_single_quotes(value)) if value is string else words[-1]) -%}
        {%- endfor -%}
        {%- do rules.append((column ~ ' is one of ' ~ words | join(', '), column ~ ' not in (' ~ literals | join(', ') ~ ')')) -%}
    {%- endfor -%}
    {%- for column, range in accepted_range.items() -%}
        {%- if 'min_value' in range -%}
            {%- do rules.append((column ~ ' is at least ' ~ range.min_value, column ~ ' < ' ~ range.min_value)) -%}
        {%- endif -%}
        {%- if 'max_value' in range -%}
            {%- do rules.append((column ~ ' is at most ' ~ range.max_value, column ~ ' > ' ~ range.max_value)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for column, parent in relationships.items() -%}
        {%- do rules.append((
            column ~ ' is a ' ~ parent.field ~ ' of ' ~ parent.to.identifier,
            column ~ ' is not null and parent_value_' ~ loop.index ~ ' is null',
        )) -%}
    {%- endfor -%}
    {%- for sentence, expression in conditions.items() -%}
        {%- do rules.append((sentence, 'not (' ~ expression ~ ')')) -%}
    {%- endfor -%}

    {#- Numbers of the rules: those of rows, then two for each key. -#}
    {%- set texts = rules | map(attribute=0) | list -%}
    {%- for columns in [key] + other_keys if columns -%}
        {%- do texts.extend([columns | join(' + ') ~ ' is never null', columns | join(' + ') ~ ' is unique']) -%}
    {%- endfor -%}

    with
    {%- for columns in [key] + other_keys %}
    {%- set first = rules | length + 2 * loop.index0 %}
    rows_by_key_{{ loop.index }} as (

        select
            {%- for column in columns %}
            {{ column }},
            {%- endfor %}
            {%- if loop.first %}
            {%- for _, is_broken in rules %}
            count(case when {{ is_broken }} then 1 end) as broken_{{ loop.index }},
            {%- endfor %}
            {%- endif %}
            count(*) as row_count
        from {{ model }}
        {%- if loop.first %}
        {%- for column, parent in relationships.items() %}
        left join (select distinct {{ parent.field }} as parent_value_{{ loop.index }} from {{ parent.to }}) as parent_{{ loop.index }}
            on {{ column }} = parent_value_{{ loop.index }}
        {%- endfor %}
        {%- endif %}
        {%- if columns %}
        group by {{ columns | join(', ') }}
        {%- endif %}

    ),

    counts_{{ loop.index }} as (

        select
            {%- if loop.first %}
            {%- for _ in rules %}
            sum(broken_{{ loop.index }}) as broken_{{ loop.index }},
            {%- endfor %}
            {%- endif %}
            {%- if columns %}
            sum(case when {{ columns | join(' is null or ') }} is null then row_count end) as broken_{{ first + 1 }},
            sum(case when row_count > 1 then row_count end) as broken_{{ first + 2 }},
            {%- endif %}
            sum(row_count) as row_count
        from rows_by_key_{{ loop.index }}

    ),
    {% endfor %}
    rules as (

        {% for text in texts -%}
        select {{ loop.index }} as rule_number, {{ dbt.string_literal(dbt.escape_single_quotes(text)) }} as rule
        {{- ' union all' if not loop.last }}
        {% endfor %}
    ),

    counted as (

        select
            rules.rule,
            cast(case rules.rule_number
                {%- for _ in texts %}
                when {{ loop.index }} then broken_{{ loop.index }}
                {%- endfor %}
            end as bigint) as failing_rows
        from rules
        {%- for _ in [key] + other_keys %}
        cross join counts_{{ loop.index }}
        {%- endfor %}

    )

    select
        rule,
        failing_rows
    from counted
    where failing_rows > 0

{% endtest %}
