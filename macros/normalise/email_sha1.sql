{#- SHA-1 of a normalised address, 40 lower-case hexadecimal digits. -#}
{% macro email_sha1(email) -%}
    sha1({{ email }})
{%- endmacro %}
