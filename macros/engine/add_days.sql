{#- A moment some days (also parts of a day) later. -#}
{% macro add_days(moment, days) -%}
    {{ adapter.dispatch('add_days')(moment, days) }}
{%- endmacro %}

{% macro duckdb__add_days(moment, days) -%}
    ({{ moment }} + to_microseconds(cast(86400000000 * {{ days }} as bigint)))
{%- endmacro %}

{% macro default__add_days(moment, days) -%}
    ({{ moment }} + make_dt_interval(0, 0, 0, 86400 * {{ days }}))
{%- endmacro %}
