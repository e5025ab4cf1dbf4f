{#- How many rows fulfil a condition; 0 for no rows. A condition that is NULL is not fulfilled. -#}
{% macro count_where(condition) -%}
    cast(coalesce(sum(case when {{ condition }} then 1 else 0 end), 0) as bigint)
{%- endmacro %}
