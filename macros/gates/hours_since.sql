{#- Age in hours of the newest moment of a column, by the run's clock. -#}
{% macro hours_since(moment) -%}
    24 * {{ days_between('max(' ~ moment ~ ')', 'max(clock.now_at)') }}
{%- endmacro %}
