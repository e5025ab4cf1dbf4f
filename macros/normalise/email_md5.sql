{#- MD5 of a normalised address, 32 lower-case hexadecimal digits: the hash most vendors call HEM. -#}
{% macro email_md5(email) -%}
    md5({{ email }})
{%- endmacro %}
