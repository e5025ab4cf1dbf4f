{#- The UTC timestamp that is some seconds after 1970. -#}
{% macro moment_of_epoch(seconds) -%}
    {{ adapter.dispatch('moment_of_epoch')(seconds) }}
{%- endmacro %}

{% macro duckdb__moment_of_epoch(seconds) -%}
    make_timestamp(cast(round(1000000 * ({{ seconds }})) as bigint))
{%- endmacro %}

{% macro default__moment_of_epoch(seconds) -%}
    timestamp_micros(cast(round(1000000 * ({{ seconds }})) as bigint))
{%- endmacro %}
