{#- A phone number in E.164, or NULL where it cannot be one: the library phonenumbers' idea of a possible number, in SQL.

    - An extension is left out (it reaches a desk, not a line), letters of a vanity number (800-FLOWERS) are digits.
    - With +, 011 or 00 in front it is international: the digits behind the calling code must be as many as that country has
      (macro phone_plans), a domestic 0 behind the code is left out; fifteen digits at most.
    - Else it is written as at home, in `country` (SQL, an ISO 3166 code; NULL is North America): a trunk digit is left out, the calling
      code may stand there without its +. A country that is not known gives no number: ten digits would be a stranger's.
    - Ten digits, or eleven with the country's 1, are North American. Area code and exchange start with 2 to 9 and do not end in
      11 (those are services, 911 and its kin). Fictional 555-01xx numbers pass: an example is not an error.
    - Typed to get past a form, or no person's: one digit ten times, 555-5555, directory assistance (555-1212), eight zeros at the end. -#}
{% macro normalise_phone(value, country='null') -%}
    {%- set plans = phone_plans() -%}
    {%- set is_american = country ~ " in ('" ~ plans.nanp | join("', '") ~ "')" -%}
    {%- set foreign_digits = '０１２３４５６７８９٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹＋' -%}
    {%- set plain -%}
        case when {{ is_ascii(value) }} then lower({{ value }}) else translate({{ lower_text(value) }}, '{{ foreign_digits }}', '012345678901234567890123456789+') end
    {%- endset -%}
    {%- set extension = '(;ext=|ext(ension|n)?|x|#)[^0-9a-z]*[0-9]{1,7}([^0-9].*)?$' -%}
    {%- set dialled -%}
        case when {{ contains_match('plain', '[x#]') }} then {{ replace_all('plain', extension, '') }} else plain end
    {%- endset -%}
    {%- set letters = "translate(" ~ replace_all('dialled', '[^0-9a-z]', '') ~ ", 'abcdefghijklmnopqrstuvwxyz', '22233344455566677778889999')" -%}
    {%- set international -%}
        case
            when {{ contains_match('dialled', '^[^0-9]*[+]') }} then '+' || digits
            {%- if country != 'null' %}
            when not {{ is_american }}
                then case
                    when left(digits, 2) = '00' and length(digits) > 9 then '+' || substr(digits, 3)
                    else {{ number_from_home('digits', country) }}
                end
            {%- endif %}
            when left(digits, 3) = '011' and length(digits) > 10 then '+' || substr(digits, 4)
            when left(digits, 2) = '00' and length(digits) > 9 then '+' || substr(digits, 3)
            when length(digits) = 10 then '+1' || digits
            when length(digits) = 11 then '+' || digits
            when {{ matches(replace_all('dialled', '[^0-9a-z]', ''), '1?[2-9][0-9]{2}([0-9a-z]{3}[a-z]{4}|[a-z]{3}[0-9]{4})') }}
                then '+1' || right({{ letters }}, 10)
        end
    {%- endset -%}
    {%- set possible -%}
        case
            when number is null then null
            when left(number, 2) = '+1'
                then case
                    when
                        {{ matches('number', '[+]1[2-9]([02-9][0-9]|1[02-9])[2-9]([02-9][0-9]|1[02-9])[0-9]{4}') }}
                        and replace(substr(number, 3), substr(number, 3, 1), '') <> ''
                        and right(number, 7) not in ('5551212', '5555555')
                        then number
                end
            when length(digits) = 11 and number = '+' || digits and not {{ contains_match('dialled', '^[^0-9]*[+]') }}
                {%- if country != 'null' %} and coalesce({{ is_american }}, true){% endif %} then null
            when length(number) between 8 and 18 and right(number, 8) <> '00000000'
                then {{ let('abroad', replace_all('number', '^([+](' ~ plans.trunk ~ '))0', group_reference(1)), "case when length(abroad) <= 16 and " ~ matches('abroad', '[+](' ~ plans.possible ~ ')') ~ " then abroad end") }}
        end
    {%- endset -%}
    {{ let('plain', plain, let('dialled', dialled, let('digits', replace_all('dialled', '[^0-9]', ''), let('number', international, possible)))) }}
{%- endmacro %}
