{#- The host of a web address or bare domain: lower case, without scheme, www., port and path; NULL where there is no dot, where the last
    part is a number (an IP address) or where it is longer than a name may be (253 characters). Letters beyond ASCII pass. At most
    2048 characters count. -#}
{% macro normalise_domain(value) -%}
    {%- set found = first_match(trim_text(lower_text('left(' ~ value ~ ', 2048)')), '^([a-z]+://)?(www[.])?([^/:?#\\x20]+)', 3) -%}
    {%- set letter = '[\\p{L}\\p{M}\\p{N}-]' -%}
    {%- set well_formed = matches('host', '(' ~ letter ~ '+[.])+' ~ letter ~ '*\\p{L}' ~ letter ~ '*') -%}
    {%- set checked = 'case when length(host) <= 253 then case when ' ~ well_formed ~ ' then host end end' -%}
    {{ let('host', replace_all(found, '[.]$', ''), checked) }}
{%- endmacro %}
