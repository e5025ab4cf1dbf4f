{#- A name (of a person, a company, a town) without the blanks around it and with single blanks inside, whatever their alphabet; empty
    is NULL. The vendor's capitals stay. -#}
{% macro normalise_name(value) -%}
    {{ let('spaced', 'trim(' ~ replace_all(value, '[\\p{Z}\\x09-\\x0D\\x{0085}]+', ' ') ~ ')', "nullif(spaced, '')") }}
{%- endmacro %}
