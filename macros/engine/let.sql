{#- An expression that is computed once and used many times: `body` reads it by `name`. Without it a macro on a macro repeats the
    inner one wherever it is named. -#}
{% macro let(name, value, body) -%}
    {{ adapter.dispatch('let')(name, value, body) }}
{%- endmacro %}

{% macro duckdb__let(name, value, body) -%}
    list_transform([{{ value }}], lambda {{ name }}: {{ body }})[1]
{%- endmacro %}

{% macro default__let(name, value, body) -%}
    transform(array({{ value }}), {{ name }} -> {{ body }})[0]
{%- endmacro %}
