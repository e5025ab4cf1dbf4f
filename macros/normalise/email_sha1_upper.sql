{#- SHA-1 of a normalised address in capitals, as some vendors hash: 40 lower-case hexadecimal digits. NULL for an address with
    letters beyond ASCII, whose capitals the engines do not agree on. -#}
{% macro email_sha1_upper(email) -%}
    case when {{ is_ascii(email) }} then {{ email_sha1('upper(' ~ email ~ ')') }} end
{%- endmacro %}
