{#- A name (of a person, a company, a town) without the blanks around it and with single blanks inside; empty is NULL. The
    vendor's capitals stay. -#}
{% macro normalise_name(value) -%}
    nullif(trim({{ replace_all(value, '[[:space:]]+', ' ') }}), '')
{%- endmacro %}
