{#- An e-mail address as we compare and hash it: without the blanks around it, in lower case; empty is NULL.

    No provider's tricks (dots in Gmail, plus-tags): vendors hash what they were given, and a rewritten address would never
    meet its own hash again. -#}
{% macro normalise_email(value) -%}
    nullif(lower(trim({{ value }})), '')
{%- endmacro %}
