{#- A moment in UTC from a vendor's text; NULL where it cannot be read. An offset is applied; without one the text is taken as UTC.

    Read are ISO 8601 (also compact, `20260304`, `20260304T050607Z`), a day with a month's name ("Mar 4, 2026", "4-Mar-26",
    "Wed, 04 Mar 2026 05:06:07 GMT"), American days (3/4/2026), a day before its month where the first number exceeds 12 or
    dots divide (04.03.2026), months and years alone (2026-03, 03/2026, 202603, Mar 2026, 2026: their first day), seconds, milli- and
    microseconds since 1970, and a spreadsheet's count of days (46085 is 2026-03-04). A year of two digits is of this century up to 68, else of the
    last one, as POSIX has it.

    NULL are the empty dates of other systems: whatever is before 1900-01-02 (0001-01-01, 1900-01-00, 1899-12-30) or after 2199.
    With `fetched_at` a moment more than a day later is NULL too: nothing is seen after its answer. -#}
{% macro to_timestamp_utc(value, fetched_at=none) -%}
    {{ let('moment', moment_in_text('lower(trim(' ~ value ~ '))'), "case when moment >= timestamp '1900-01-02 00:00:00' and moment < timestamp '2200-01-01 00:00:00' then moment end"
        if fetched_at is none else
        "case when moment >= timestamp '1900-01-02 00:00:00' and moment <= " ~ add_days(fetched_at, 1) ~ " then moment end"
    ) }}
{%- endmacro %}

{#- The moment in a text in lower case. Most texts are ISO without an offset: those are cast at once. -#}
{% macro moment_in_text(value) -%}
    case
        when {{ matches(value, '[0-9]{4}-[0-9]{2}-[0-9]{2}([t ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?z?)?') }}
            then coalesce(try_cast(replace(replace({{ value }}, 't', ' '), 'z', '') as timestamp), {{ moment_in_words(value) }})
        when {{ matches(value, '[0-9]+([.][0-9]*)?(e[+]?[0-9]{1,2})?') }} then {{ moment_in_number(value) }}
        when {{ matches(value, '.*[0-9].*') }} then {{ moment_in_words(value) }}
    end
{%- endmacro %}

{#- A number says by its size what it counts. Its digits are a date where they are 4 (year), 6 (month), 8 (day) or 14 (second). -#}
{% macro moment_in_number(value) -%}
    {{ let('digits', "split_part(" ~ value ~ ", '.', 1)", "
        case
            when " ~ matches('digits', '(19|20)[0-9]{2}((0[1-9]|1[0-2])([0-3][0-9]([0-2][0-9][0-5][0-9][0-5][0-9])?)?)?') ~ "
                then " ~ moment_of('substr(digits, 1, 4)', "substr(digits || '0101', 5, 2)", "substr(digits || '0101', 7, 2)", "concat_ws(':', substr(rpad(digits, 14, '0'), 9, 2), substr(rpad(digits, 14, '0'), 11, 2), substr(rpad(digits, 14, '0'), 13, 2))") ~ "
            when " ~ matches('digits', '(0[1-9]|1[0-2])(19|20)[0-9]{2}') ~ "
                then " ~ moment_of('substr(digits, 3, 4)', 'substr(digits, 1, 2)', "'01'", "'0:0:0'") ~ "
            when try_cast(" ~ value ~ " as double) between 20000 and 80000 then " ~ add_days("timestamp '1899-12-30 00:00:00'", 'try_cast(' ~ value ~ ' as double)') ~ "
            when try_cast(" ~ value ~ " as double) between 1e8 and 5e9 then " ~ moment_of_epoch('try_cast(' ~ value ~ ' as double)') ~ "
            when try_cast(" ~ value ~ " as double) between 1e11 and 5e12 then " ~ moment_of_epoch('try_cast(' ~ value ~ ' as double) / 1e3') ~ "
            when try_cast(" ~ value ~ " as double) between 1e14 and 5e15 then " ~ moment_of_epoch('try_cast(' ~ value ~ ' as double) / 1e6') ~ "
        end") }}
{%- endmacro %}

{#- Everything that is not digits alone: a day, and behind it perhaps a time of day and an offset from UTC. -#}
{% macro moment_in_words(value) -%}
    {#- Without the day of the week, the ending of 4th, a zone's name in parentheses, commas. -#}
    {%- set plain = replace_all(value, '^(mon|tue|wed|thu|fri|sat|sun)[a-z]*[., ]+|[ ]?[(].*[)]$', '') -%}
    {%- set plain = replace_all(plain, '((st|nd|rd|th)?[, ]+)', ' ') -%}
    {%- set time = '[t ]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?( ?[ap][.]?m[.]?)?( ?(z|utc|gmt))?( ?[+-][0-9]{2}(:?[0-9]{2})?)?$' -%}
    {{ let('plain', plain, let('day_part', replace_all('plain', time, ''), let('time_part', first_match('plain', time, 0), moment_of_parts('day_part', 'time_part')))) }}
{%- endmacro %}

{% macro moment_of_parts(day, time) -%}
    {%- set sep = '[-/. ]+' -%}
    {%- set hour = "cast(" ~ first_match(time, '([0-9]{1,2}):', 1) ~ " as integer)" -%}
    {%- set clock -%}
        case
            when {{ time }} = '' then '0:0:0'
            else concat_ws(
                ':',
                case
                    when {{ matches(time, '.*[0-9] ?[ap][.]?m.*') }}
                        then {{ hour }} % 12 + case when {{ matches(time, '.*[0-9] ?p.*') }} then 12 else 0 end
                    else {{ hour }}
                end,
                {{ first_match(time, ':([0-9]{2})', 1) }},
                coalesce(nullif({{ first_match(time, ':[0-9]{2}:([0-9]{2}([.][0-9]{1,6})?)', 1) }}, ''), '0')
            )
        end
    {%- endset -%}
    {%- set hours = first_match(time, '([+-][0-9]{2}):?([0-9]{2})?$', 1) -%}
    {%- set minutes = first_match(time, '[+-][0-9]{2}:?([0-9]{2})$', 1) -%}
    {%- set offset = "coalesce(try_cast(" ~ hours ~ " as integer), 0) * 60 + case when " ~ hours ~ " like '-%' then -1 else 1 end * coalesce(try_cast(" ~ minutes ~ " as integer), 0)" -%}
    {%- set local -%}
        case
            {# 2026-03-04, 2026/3/4, 2026-03 #}
            when {{ matches(day, '[0-9]{4}' ~ sep ~ '[0-9]{1,2}(' ~ sep ~ '[0-9]{1,2})?') }}
                then {{ moment_of(first_match(day, '^([0-9]{4})', 1), first_match(day, '^[0-9]{4}' ~ sep ~ '([0-9]{1,2})', 1),
                    "coalesce(nullif(" ~ first_match(day, '^[0-9]{4}' ~ sep ~ '[0-9]{1,2}' ~ sep ~ '([0-9]{1,2})', 1) ~ ", ''), '01')", clock) }}
            {# 20260304T050607Z keeps its time behind the t #}
            when {{ matches(day, '[0-9]{8}t[0-9]{6}z?') }}
                then {{ moment_of("substr(" ~ day ~ ", 1, 4)", "substr(" ~ day ~ ", 5, 2)", "substr(" ~ day ~ ", 7, 2)", "concat_ws(':', substr(" ~ day ~ ", 10, 2), substr(" ~ day ~ ", 12, 2), substr(" ~ day ~ ", 14, 2))") }}
            when {{ matches(day, '[0-9]{8}') }}
                then {{ moment_of("substr(" ~ day ~ ", 1, 4)", "substr(" ~ day ~ ", 5, 2)", "substr(" ~ day ~ ", 7, 2)", clock) }}
            {# 04.03.2026, 25/03/2026: the day first #}
            when {{ matches(day, '[0-9]{1,2}[.][0-9]{1,2}[.]([0-9]{4}|[0-9]{2})|(1[3-9]|2[0-9]|3[01])' ~ sep ~ '[0-9]{1,2}' ~ sep ~ '([0-9]{4}|[0-9]{2})') }}
                then {{ moment_of(first_match(day, '([0-9]+)$', 1), first_match(day, '^[0-9]+' ~ sep ~ '([0-9]+)', 1), first_match(day, '^([0-9]+)', 1), clock) }}
            {# 3/4/2026: the month first #}
            when {{ matches(day, '[0-9]{1,2}' ~ sep ~ '[0-9]{1,2}' ~ sep ~ '([0-9]{4}|[0-9]{2})') }}
                then {{ moment_of(first_match(day, '([0-9]+)$', 1), first_match(day, '^([0-9]+)', 1), first_match(day, '^[0-9]+' ~ sep ~ '([0-9]+)', 1), clock) }}
            {# 03/2026 #}
            when {{ matches(day, '[0-9]{1,2}' ~ sep ~ '[0-9]{4}') }}
                then {{ moment_of(first_match(day, '([0-9]+)$', 1), first_match(day, '^([0-9]+)', 1), "'01'", "'0:0:0'") }}
            {# mar 4 2026, mar 2026 #}
            when {{ matches(day, '[a-z]{3,9}[-/. ]*([0-9]{1,2}' ~ sep ~ ')?([0-9]{4}|[0-9]{2})') }}
                then {{ moment_of(first_match(day, '([0-9]+)$', 1), month_of_name(first_match(day, '^([a-z]{3,9})', 1)),
                    "coalesce(nullif(" ~ first_match(day, '^[a-z]{3,9}[-/. ]*([0-9]{1,2})' ~ sep, 1) ~ ", ''), '01')", clock) }}
            {# 4 mar 2026, 04-mar-26 #}
            when {{ matches(day, '[0-9]{1,2}[-/. ]*[a-z]{3,9}[-/. ]*([0-9]{4}|[0-9]{2})') }}
                then {{ moment_of(first_match(day, '([0-9]+)$', 1), month_of_name(first_match(day, '([a-z]{3,9})', 1)), first_match(day, '^([0-9]{1,2})', 1), clock) }}
        end
    {%- endset -%}
    {{ add_days(local, '(-(' ~ offset ~ ') / 1440.0)') }}
{%- endmacro %}

{#- A timestamp from its parts as texts; NULL where there is no such moment. A month or a day of 0 was not known: the first. -#}
{% macro moment_of(year, month, day, clock) -%}
    try_cast(
        concat(
            case when length({{ year }}) = 2 then case when {{ year }} <= '68' then '20' else '19' end else '' end,
            {{ year }}, '-', coalesce(nullif(lpad({{ month }}, 2, '0'), '00'), '01'), '-', coalesce(nullif(lpad({{ day }}, 2, '0'), '00'), '01'), ' ', {{ clock }}
        ) as timestamp
    )
{%- endmacro %}

{#- The number of a month by the first three letters of its English name, as text; NULL where there is none. -#}
{% macro month_of_name(name) -%}
    case
        when left({{ name }}, 3) in ('jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec')
            then cast(
                cast((strpos('janfebmaraprmayjunjulaugsepoctnovdec', left({{ name }}, 3)) + 2) / 3 as integer) as {{ engine_type('varchar') }}
            )
    end
{%- endmacro %}
