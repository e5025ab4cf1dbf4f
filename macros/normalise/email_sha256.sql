{#- SHA-256 of a normalised address, 64 lower-case hexadecimal digits. -#}
{% macro email_sha256(email) -%}
    {{ sha256_hex(email) }}
{%- endmacro %}
