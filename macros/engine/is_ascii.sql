{#- Whether a text is plain ASCII: as many bytes as characters. The cheap question before every rule on other alphabets. -#}
{% macro is_ascii(value) -%}
    {{ adapter.dispatch('is_ascii')(value) }}
{%- endmacro %}

{% macro duckdb__is_ascii(value) -%}
    (strlen({{ value }}) = length({{ value }}))
{%- endmacro %}

{% macro default__is_ascii(value) -%}
    (octet_length({{ value }}) = char_length({{ value }}))
{%- endmacro %}
