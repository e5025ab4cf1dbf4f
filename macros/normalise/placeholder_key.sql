{#- A text as the seed placeholder_values is looked up: lower case, no blanks and punctuation (N / A, n.a. and "na" are one). NULL
    for what is longer than 32 characters, which stands for no missing value. -#}
{% macro placeholder_key(value) -%}
    case when length({{ value }}) <= 32 then lower(translate({{ value }}, ' .,;:_/()[]<>{}*#!?|"-', '')) end
{%- endmacro %}
