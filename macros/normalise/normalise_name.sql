{#- A text (a name of a person, a company, a town; an id) undressed, with single blanks inside, whatever their alphabet. NULL where no
    letter and no digit is in it: "?", "--" and "***" mean that there is no value. The vendor's capitals stay. Most texts are plain words
    and cost one look. -#}
{% macro normalise_name(value) -%}
    {%- set is_plain = matches(value, '[A-Za-z0-9][A-Za-z0-9#/()\\x27-]*( [A-Za-z0-9#/()\\x27-]+)*') -%}
    {%- set spaced = replace_all('bare', '[\\x09-\\x0D ]+', ' ') -%}
    {%- set has_letter = contains_match('spaced', '^[A-Za-z0-9]|[\\p{Lu}\\p{Ll}\\p{Lt}\\p{Lo}\\p{N}]') -%}
    {%- set name = let('bare', undress(value), let('spaced', spaced, 'case when ' ~ has_letter ~ ' then spaced end')) -%}
    case when {{ is_plain }} then {{ value }} else {{ name }} end
{%- endmacro %}
