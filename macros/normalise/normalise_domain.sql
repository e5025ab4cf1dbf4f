{#- The host of a web address or bare domain: lower case, without scheme, www., port and path; NULL where there is no dot, where the last
    part is a number (an IP address) or where it is longer than a name may be (253 characters). Letters beyond ASCII pass; their
    ASCII form is made where domains come together (int_contacts__domains). -#}
{% macro normalise_domain(value) -%}
    {%- set label = '[\\p{L}\\p{M}\\p{N}-]+' -%}
    {%- set found = first_match(trim_text(lower_text("left(" ~ value ~ ", 2048)")), '^([a-z]+://)?(www[.])?(' ~ label ~ '([.]' ~ label ~ ')*[.][\\p{L}\\p{M}\\p{N}-]*[\\p{L}][\\p{L}\\p{M}\\p{N}-]*)[.]?($|[/:?#\\x20])', 3) -%}
    {{ let('host', found, "case when length(host) between 1 and 253 then host end") }}
{%- endmacro %}
