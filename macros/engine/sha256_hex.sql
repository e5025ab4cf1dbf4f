{#- SHA-256 of a text, 64 lower-case hexadecimal digits. -#}
{% macro sha256_hex(value) -%}
    {{ adapter.dispatch('sha256_hex')(value) }}
{%- endmacro %}

{% macro duckdb__sha256_hex(value) -%}
    sha256({{ value }})
{%- endmacro %}

{% macro default__sha256_hex(value) -%}
    sha2({{ value }}, 256)
{%- endmacro %}
