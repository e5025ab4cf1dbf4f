{#- A family name as one key: its words (macro last_name_words) without the blanks. De la Cruz Jr. is delacruz. -#}
{% macro last_name_key(value) -%}
    replace({{ last_name_words(value) }}, ' ', '')
{%- endmacro %}
