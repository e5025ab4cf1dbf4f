{#- A moment in UTC from a vendor's text; NULL where it cannot be read. An offset is applied; without one the text is taken as UTC.

    Read are ISO 8601 (also compact, `20260304`, `20260304T050607Z`), a day with a month's name ("Mar 4, 2026", "4-Mar-26",
    "Wed, 04 Mar 2026 05:06:07 GMT"), American days (3/4/2026), a day before its month where the first number exceeds 12 or
    dots divide (04.03.2026), months and years alone (2026-03, 03/2026, 202603, Mar 2026, 2026: their first day), seconds, milli-
    and microseconds since 1970, and a spreadsheet's count of days (46085 is 2026-03-04). A year of two digits is of this century
    up to 68, else of the last one, as POSIX has it.

    NULL are the empty dates of other systems: whatever is before 1900-01-02 (0001-01-01, 1900-01-00, 1899-12-30) or after 2199.
    With `fetched_at` a moment more than a day later is NULL too: nothing is seen after its answer.

    Each step is written once (macro let): what binds this expression, binds it for every reader of a staging view. -#}
{% macro to_timestamp_utc(value, fetched_at=none) -%}
    {%- set latest = "moment < timestamp '2200-01-01 00:00:00'" if fetched_at is none else 'moment <= ' ~ add_days(fetched_at, 1) -%}
    {%- set bounded = "case when moment >= timestamp '1900-01-02 00:00:00' and " ~ latest ~ ' then moment end' -%}
    {{ let('written', 'lower(trim(' ~ value ~ '))', let('moment', moment_in_text('written'), bounded)) }}
{%- endmacro %}

{#- The moment in a text in lower case. Most texts are ISO without an offset: those are cast at once. -#}
{% macro moment_in_text(value) -%}
    coalesce(
        case
            when {{ matches(value, '[0-9]{4}-[0-9]{2}-[0-9]{2}([t ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?z?)?') }}
                then try_cast(replace(replace({{ value }}, 't', ' '), 'z', '') as timestamp)
        end,
        case
            when
                {{ matches(value, '[0-9]+([.][0-9]*)?(e[+]?[0-9]{1,2})?') }}
                and not {{ matches(value, '((19|20)[0-9]{2}((0[1-9]|1[0-2])([0-3][0-9]([0-2][0-9][0-5][0-9][0-5][0-9])?)?)?|(0[1-9]|1[0-2])(19|20)[0-9]{2})([.]0*)?') }}
                then {{ let('counted', 'try_cast(' ~ value ~ ' as double)', moment_in_number('counted')) }}
            when {{ matches(value, '.*[0-9].*') }} then {{ moment_in_words(value) }}
        end
    )
{%- endmacro %}

{#- A number says by its size what it counts: days of a spreadsheet, or seconds, milli- or microseconds. -#}
{% macro moment_in_number(number) -%}
    case
        when {{ number }} between 20000 and 80000 then {{ add_days("timestamp '1899-12-30 00:00:00'", number) }}
        when {{ number }} between 1e8 and 5e15
            then {{ moment_of_epoch(
                number ~ ' / case when ' ~ number ~ ' <= 5e9 then 1 when ' ~ number ~ ' between 1e11 and 5e12 then 1e3'
                ~ ' when ' ~ number ~ ' >= 1e14 then 1e6 end'
            ) }}
    end
{%- endmacro %}

{#- Everything else: a day, and behind it perhaps a time of day and an offset from UTC. -#}
{% macro moment_in_words(value) -%}
    {#- Without the day of the week, a zone's name in parentheses, the ending of 4th, commas; compact times with colons. -#}
    {%- set plain = replace_all(value, '^(mon|tue|wed|thu|fri|sat|sun)[a-z]*[., ]+|[ ]?[(].*[)]$|[.]0*$', '') -%}
    {%- set plain = replace_all(plain, '((st|nd|rd|th)?[, ]+)', ' ') -%}
    {%- set plain = replace_all(
        plain, '^([0-9]{8})t?([0-9]{2})([0-9]{2})([0-9]{2})(z?)$',
        group_reference(1) ~ ' ' ~ group_reference(2) ~ ':' ~ group_reference(3) ~ ':' ~ group_reference(4)
    ) -%}
    {%- set time = '[t ]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?( ?[ap][.]?m[.]?)?( ?(z|utc|gmt))?( ?[+-][0-9]{2}(:?[0-9]{2})?)?$' -%}
    {%- set hour = 'try_cast(' ~ first_match('clock', '([0-9]{1,2}):', 1) ~ ' as integer)' -%}
    {%- set time_of_day -%}
        concat_ws(
            ':',
            case
                when {{ matches('clock', '.*[0-9] ?[ap][.]?m.*') }}
                    then {{ hour }} % 12 + case when {{ matches('clock', '.*[0-9] ?p.*') }} then 12 else 0 end
                else {{ hour }}
            end,
            {{ first_match('clock', ':([0-9]{2})', 1) }},
            coalesce(nullif({{ first_match('clock', ':[0-9]{2}:([0-9]{2}([.][0-9]{1,6})?)', 1) }}, ''), '0')
        )
    {%- endset -%}
    {%- set east = first_match('clock', '([+-][0-9]{2}):?([0-9]{2})?$', 1) -%}
    {%- set minutes -%}
        coalesce(try_cast({{ east }} as integer), 0) * 60
        + case when {{ east }} like '-%' then -1 else 1 end
        * coalesce(try_cast({{ first_match('clock', '[+-][0-9]{2}:?([0-9]{2})$', 1) }} as integer), 0)
    {%- endset -%}
    {%- set moment -%}
        try_cast(
            concat(
                case when length(split_part(parts, '-', 1)) > 2 then '' when left(parts, 2) <= '68' then '20' else '19' end,
                parts, ' ', case when clock = '' then '0:0:0' else {{ time_of_day }} end
            ) as timestamp
        )
    {%- endset -%}
    {{ let('plain', plain, let('clock', first_match('plain', time, 0), let('day', replace_all('plain', time, ''),
        let('parts', year_month_day('day'), add_days(moment, '(-(' ~ minutes ~ ') / 1440.0)'))
    ))) }}
{%- endmacro %}

{#- Year (of four digits or two), month and day with hyphens between, of a day however it is written. A month or a day that is 0 or
    missing was not known: the first. -#}
{% macro year_month_day(day) -%}
    {%- set sep = '[-/. ]+' -%}
    {%- set year = '([0-9]{4}|[0-9]{2})' -%}
    {%- set ordered -%}
        case
            {# 2026-03-04, 2026/3/4, 2026-03; 20260304, 202603, 2026 #}
            when {{ matches(day, '[0-9]{4}(' ~ sep ~ '[0-9]{1,2}){1,2}') }} then {{ replace_all(day, sep, '-') }}
            when {{ matches(day, '(19|20)[0-9]{2}([0-9]{2}){0,2}') }}
                then concat_ws('-', left({{ day }}, 4), nullif(substr({{ day }}, 5, 2), ''), nullif(substr({{ day }}, 7, 2), ''))
            {# 04.03.2026, 25/03/2026: the day first #}
            when {{ matches(day, '[0-9]{1,2}[.][0-9]{1,2}[.]' ~ year ~ '|(1[3-9]|2[0-9]|3[01])' ~ sep ~ '[0-9]{1,2}' ~ sep ~ year) }}
                then {{ replace_all(day, '^([0-9]+)' ~ sep ~ '([0-9]+)' ~ sep ~ '([0-9]+)$',
                    group_reference(3) ~ '-' ~ group_reference(2) ~ '-' ~ group_reference(1)) }}
            {# 3/4/2026: the month first #}
            when {{ matches(day, '[0-9]{1,2}' ~ sep ~ '[0-9]{1,2}' ~ sep ~ year) }}
                then {{ replace_all(day, '^([0-9]+)' ~ sep ~ '([0-9]+)' ~ sep ~ '([0-9]+)$',
                    group_reference(3) ~ '-' ~ group_reference(1) ~ '-' ~ group_reference(2)) }}
            {# 03/2026, 032026 #}
            when {{ matches(day, '[0-9]{1,2}' ~ sep ~ '[0-9]{4}|(0[1-9]|1[0-2])(19|20)[0-9]{2}') }}
                then {{ replace_all(day, '^([0-9]{1,2})[-/. ]*([0-9]{4})$', group_reference(2) ~ '-' ~ group_reference(1)) }}
            {# mar 4 2026, mar 2026; 4 mar 2026, 04-mar-26 #}
            when {{ matches(day, '[a-z]{3,9}[-/. ]*([0-9]{1,2}' ~ sep ~ ')?' ~ year ~ '|[0-9]{1,2}[-/. ]*[a-z]{3,9}[-/. ]*' ~ year) }}
                then concat_ws(
                    '-',
                    {{ first_match(day, '([0-9]+)$', 1) }},
                    {{ month_of_name(first_match(day, '([a-z]{3,9})', 1)) }},
                    nullif({{ first_match(day, '([0-9]{1,2})[^0-9]+[0-9]+$', 1) }}, '')
                )
        end
    {%- endset -%}
    {{ let('ordered', ordered, "split_part(ordered, '-', 1) || '-' || coalesce(nullif(lpad(split_part(ordered, '-', 2), 2, '0'), '00'), '01')"
        ~ " || '-' || coalesce(nullif(lpad(split_part(ordered, '-', 3), 2, '0'), '00'), '01')") }}
{%- endmacro %}

{#- The number of a month by the first three letters of its English name, as text; '?', which no date has, where there is none. -#}
{% macro month_of_name(name) -%}
    case
        when left({{ name }}, 3) in ('jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec')
            then cast(
                cast((strpos('janfebmaraprmayjunjulaugsepoctnovdec', left({{ name }}, 3)) + 2) / 3 as integer) as {{ engine_type('varchar') }}
            )
        else '?'
    end
{%- endmacro %}
