{#- A vendor's text without the blanks around it; empty is NULL. -#}
{% macro to_text(value) -%}
    nullif(trim({{ value }}), '')
{%- endmacro %}
