{#- A given name as one key: its words (macro given_name_words) without the blanks. Mary Ann is maryann. -#}
{% macro first_name_key(value) -%}
    replace({{ given_name_words(value) }}, ' ', '')
{%- endmacro %}
