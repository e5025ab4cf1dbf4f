{#- A text that every element of a list of texts changes in turn: `body` is what becomes of it, and reads it by the name `text` and the
    element by the name `element`. `list` is SQL, or a list of our own texts. -#}
{% macro fold_list(start, list, text, element, body) -%}
    {{ adapter.dispatch('fold_list')(start, list, text, element, body) }}
{%- endmacro %}

{% macro duckdb__fold_list(start, list, text, element, body) -%}
    {%- set elements = list if list is string else "['" ~ list | join("', '") ~ "']" -%}
    list_reduce(list_prepend({{ start }}, {{ elements }}), lambda {{ text }}, {{ element }}: {{ body }})
{%- endmacro %}

{% macro default__fold_list(start, list, text, element, body) -%}
    {%- set elements = list if list is string else "array('" ~ list | join("', '") ~ "')" -%}
    aggregate({{ elements }}, {{ start }}, ({{ text }}, {{ element }}) -> {{ body }})
{%- endmacro %}
