{#- Whether an undressed text is a number of which a spreadsheet kept only the first digits (1.21256E+10): no number and no id. -#}
{% macro digits_are_lost(text) -%}
    coalesce({{ matches(text, dressings().power) }}, false)
{%- endmacro %}
