{#- A phone number in E.164, or NULL where it cannot be one.

    Numbers of the North American plan (10 digits, or 11 with the country's 1, in any punctuation) must have an area code and
    an exchange that start with 2 to 9 and do not end in 11 (those are services, 911 and its kin), and must not be one digit
    ten times. Fictional 555-01xx numbers pass: an example is not an error. Other countries pass as written when they start
    with + and have 8 to 15 digits (E.164's limits). An extension is left out: it reaches a desk, not a line. -#}
{% macro normalise_phone(value) -%}
    {%- set dialled = replace_all('lower(' ~ value ~ ')', '(x|ext|#).*', '') -%}
    {%- set digits = replace_all(dialled, '[^0-9]', '') -%}
    {%- set national = 'right(' ~ digits ~ ', 10)' -%}
    case
        when
            (length({{ digits }}) = 10 or (length({{ digits }}) = 11 and left({{ digits }}, 1) = '1'))
            and (left(trim({{ value }}), 1) <> '+' or length({{ digits }}) = 11)
            then case
                when
                    {{ matches(national, '[2-9][0-9]{2}[2-9][0-9]{6}') }}
                    and substr({{ national }}, 2, 2) <> '11'
                    and substr({{ national }}, 5, 2) <> '11'
                    and replace({{ national }}, left({{ national }}, 1), '') <> ''
                    then '+1' || {{ national }}
            end
        when
            left(trim({{ value }}), 1) = '+'
            and left({{ digits }}, 1) not in ('0', '1')
            and length({{ digits }}) between 8 and 15
            then '+' || {{ digits }}
    end
{%- endmacro %}
