{#- A name as identity compares it: lower case, without blanks, dots, hyphens and apostrophes. O'Brien is obrien. -#}
{% macro name_key(value) -%}
    nullif(translate(lower({{ value }}), ' .,-''’', ''), '')
{%- endmacro %}
