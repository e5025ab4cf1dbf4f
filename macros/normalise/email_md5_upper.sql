{#- MD5 of a normalised address in capitals, as some vendors hash: 32 lower-case hexadecimal digits. NULL for an address with
    letters beyond ASCII, whose capitals the engines do not agree on. -#}
{% macro email_md5_upper(email) -%}
    case when {{ is_ascii(email) }} then {{ email_md5('upper(' ~ email ~ ')') }} end
{%- endmacro %}
