{#- SHA-256 of a normalised address in capitals, as some vendors hash: 64 lower-case hexadecimal digits. NULL for an address with
    letters beyond ASCII, whose capitals the engines do not agree on. -#}
{% macro email_sha256_upper(email) -%}
    case when {{ is_ascii(email) }} then {{ email_sha256('upper(' ~ email ~ ')') }} end
{%- endmacro %}
