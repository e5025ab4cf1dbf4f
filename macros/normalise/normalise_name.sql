{#- A text (a name of a person, a company, a town; an id) without the blanks around it and with single blanks inside, whatever
    their alphabet. NULL where no letter and no digit is in it: "?", "--" and "***" mean that there is no value. The vendor's
    capitals stay. -#}
{% macro normalise_name(value) -%}
    {%- set spaced = 'trim(' ~ replace_all(value, '[\\p{Z}\\x09-\\x0D\\x{0085}]+', ' ') ~ ')' -%}
    {%- set has_letter = contains_match('spaced', '[\\p{Lu}\\p{Ll}\\p{Lt}\\p{Lo}\\p{N}]') -%}
    {{ let('spaced', spaced, 'case when ' ~ has_letter ~ ' then spaced end') }}
{%- endmacro %}
