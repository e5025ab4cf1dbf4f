{#- A text in lower case, the same on every engine: they do not agree on İ and on the sigma at a word's end. -#}
{% macro lower_text(value) -%}
    lower(translate({{ value }}, 'İΣ', 'iσ'))
{%- endmacro %}
