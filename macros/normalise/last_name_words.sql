{#- A family name as words to compare: lower case, no accents, without generation suffix (macro name_suffix) and degrees. -#}
{% macro last_name_words(value) -%}
    {{ words(name_without_endings(fold_text(value))) }}
{%- endmacro %}
