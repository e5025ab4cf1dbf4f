{#- The first of the keys ('a|b.c') of a JSON object that holds a text. -#}
{% macro first_text(record, keys) -%}
    coalesce(
        {%- for key in keys.split('|') -%}
            {{ to_text(json_text(record, '$.' ~ key)) }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}
