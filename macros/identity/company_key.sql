{#- The key of an employer: MD5 of its domain, else of its name in lower case without punctuation. NULL without either. -#}
{% macro company_key(domain, name) -%}
    md5(coalesce({{ domain }}, 'name:' || {{ name_key(name) }}))
{%- endmacro %}
