{#- The number that an undressed text is as a whole, as macro normalise_phone says; NULL where it is none. -#}
{% macro phone_number(value, country) -%}
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
            when {{ digits_are_lost('plain') }} then null
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
