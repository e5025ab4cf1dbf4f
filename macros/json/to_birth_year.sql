{#- The year of birth in a vendor's text ("1985", "04/1985", "198504", "04/12/1985", "04/85"), between 1900 and the year of the
    answer; NULL where there is none. Of two digits it is the last such year that is not in the future. -#}
{% macro to_birth_year(value, fetched_at='fetched_at') -%}
    {{ let('born',
        "case
            when " ~ matches('trim(' ~ value ~ ')', '[0-9]{4}([.]0+)?') ~ " then try_cast(left(trim(" ~ value ~ "), 4) as integer)
            when " ~ matches('trim(' ~ value ~ ')', '(0?[1-9]|1[0-2])[-/.][0-9]{2}') ~ " then 2000 + try_cast(right(trim(" ~ value ~ "), 2) as integer)
            else year(" ~ to_timestamp_utc(value) ~ ")
        end",
        let('shown', "case when born > year(" ~ fetched_at ~ ") and not " ~ matches(value, '.*[0-9]{4}.*') ~ " then born - 100 else born end",
            "case when shown between 1900 and year(" ~ fetched_at ~ ") then cast(shown as integer) end"
        )
    ) }}
{%- endmacro %}

{#- The year of birth of a person of this age (0 to 125; the oldest person on record became 122) at the answer's moment. -#}
{% macro birth_year_of_age(age, fetched_at='fetched_at') -%}
    case when {{ age }} between 0 and 125 then cast(year({{ fetched_at }}) - {{ age }} as integer) end
{%- endmacro %}
