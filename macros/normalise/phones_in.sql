{#- The phone numbers in a text, in order, each in E.164 (macro normalise_phone): all of them are the person's. -#}
{% macro phones_in(value, country='null') -%}
    {%- set read = 'case when number is not null and not ' ~ holds_several('bare') ~ ' then ' ~ text_list('number') ~ ' else ' ~ phones_found('bare', country) ~ ' end' -%}
    {{ let('bare', undress(value), let('number', phone_number('bare', country), read)) }}
{%- endmacro %}

{#- Whether an undressed text has more digits than a number with its extension. -#}
{% macro holds_several(bare) -%}
    (length({{ bare }}) > 17 and length({{ replace_all(bare, '[^0-9]', '') }}) > 17)
{%- endmacro %}

{#- The numbers in an undressed text that is no number as a whole: its parts between semicolons, bars and line breaks, else whatever in it is digits
    enough, with the signs that stand in numbers. -#}
{% macro phones_found(bare, country) -%}
    {%- set token = '[+(]?[0-9][0-9 ().\\x{2010}-\\x{2015}-]{5,}[0-9]( *(;ext=|ext[.]?|x|#) *[0-9]{1,6})?' -%}
    {%- set parts -%}
        case
            when {{ contains_match(bare, '[;|\\x0A\\x0D]') }} then {{ find_all(bare, '[^;|\\x0A\\x0D]+') }}
            else {{ find_all(bare, token) }}
        end
    {%- endset -%}
    {%- set bare_part = replace_all('part', '^( *[+]?[0-9]{7,})[.,]00?$', group_reference(1)) -%}
    case
        when not {{ digits_are_lost(bare) }}
            then {{ change_list(parts, 'part', let('part', bare_part, phone_number('part', country))) }}
    end
{%- endmacro %}
