{#- Some fields of a struct, written back as the text of one JSON object. -#}
{% macro fields_as_json(struct, keys) -%}
    {{ adapter.dispatch('fields_as_json')(struct, keys) }}
{%- endmacro %}

{% macro duckdb__fields_as_json(struct, keys) -%}
    cast(json_object({% for key in keys %}'{{ key }}', {{ struct }}.{{ key }}{{ ', ' if not loop.last }}{% endfor %}) as varchar)
{%- endmacro %}

{% macro default__fields_as_json(struct, keys) -%}
    to_json(named_struct({% for key in keys %}'{{ key }}', {{ struct }}.{{ key }}{{ ', ' if not loop.last }}{% endfor %}))
{%- endmacro %}
