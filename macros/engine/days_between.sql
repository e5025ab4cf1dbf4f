{#- Days from one moment to a later one, with fractions; negative when it is earlier. -#}
{% macro days_between(earlier, later) -%}
    {{ adapter.dispatch('days_between')(earlier, later) }}
{%- endmacro %}

{% macro duckdb__days_between(earlier, later) -%}
    ((epoch({{ later }}) - epoch({{ earlier }})) / 86400.0)
{%- endmacro %}

{% macro default__days_between(earlier, later) -%}
    ((unix_timestamp({{ later }}) - unix_timestamp({{ earlier }})) / 86400.0)
{%- endmacro %}
