{#- A list of several values (SQL each), each changed by one expression: it is planned once, and not once a value. -#}
{% macro change_each(values, element, body) -%}
    {{ adapter.dispatch('change_each')(values, element, body) }}
{%- endmacro %}

{% macro duckdb__change_each(values, element, body) -%}
    list_transform([{{ values | join(', ') }}], lambda {{ element }}: {{ body }})
{%- endmacro %}

{% macro default__change_each(values, element, body) -%}
    transform(array({{ values | join(', ') }}), {{ element }} -> {{ body }})
{%- endmacro %}
