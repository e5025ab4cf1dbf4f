{#- A hash of a normalised address, lower-case hexadecimal: `algorithm` md5 (32 digits, what most vendors call HEM), sha1 (40) or
    sha256 (64). `of_capitals`: of the address in capitals, as some vendors hash; NULL for an address with letters beyond ASCII, whose
    capitals the engines do not agree on. -#}
{% macro email_hash(email, algorithm, of_capitals=false) -%}
    {%- set text = 'upper(' ~ email ~ ')' if of_capitals else email -%}
    {%- set hash = sha256_hex(text) if algorithm == 'sha256' else algorithm ~ '(' ~ text ~ ')' -%}
    {%- if of_capitals -%}
        case when {{ is_ascii(email) }} then {{ hash }} end
    {%- else -%}
        {{ hash }}
    {%- endif -%}
{%- endmacro %}
