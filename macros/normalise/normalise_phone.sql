{#- A phone number in E.164, or NULL where it cannot be one: the library phonenumbers' idea of a possible number, in SQL.

    - An extension is left out (it reaches a desk, not a line), letters of a vanity number (800-FLOWERS) are digits.
    - With +, 011 or 00 in front it is international: the digits behind the calling code must be as many as that country has
      (macro phone_plans), a domestic 0 behind the code is left out; fifteen digits at most.
    - Else it is written as at home, in `country` (SQL, an ISO 3166 code; NULL is North America): a trunk digit is left out, the calling
      code may stand there without its +. A country that is not known gives no number: ten digits would be a stranger's.
    - Ten digits, or eleven with the country's 1, are North American. Area code and exchange start with 2 to 9 and do not end in
      11 (those are services, 911 and its kin). Fictional 555-01xx numbers pass: an example is not an error.
    - A number that a spreadsheet cut (1.21256E+10) is none. In a text that is no number as a whole, the one number that it holds is taken
      (call 202-555-0123 after 5); where it holds several it is NULL, macro phones_in has them.
    - Typed to get past a form, or no person's: one digit ten times, 555-5555, directory assistance (555-1212), eight zeros at the end. -#}
{% macro normalise_phone(value, country='null') -%}
    {%- set found = phones_found('bare', country) -%}
    {%- set one = let('found', found, 'case when ' ~ list_size('found') ~ ' = 1 then ' ~ first_element('found') ~ ' end') -%}
    {%- set read = "case when bare is null or (number is not null and not " ~ holds_several('bare') ~ ") then number else " ~ one ~ " end" -%}
    {{ let('bare', undress(value), let('number', phone_number('bare', country), read)) }}
{%- endmacro %}
