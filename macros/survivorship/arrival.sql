{#- What orders values by their date (`as_of`), and where two have one date by `tie`: for max_by. An unknown date comes first. -#}
{% macro arrival(as_of, tie) -%}
    cast(coalesce({{ as_of }}, timestamp '1900-01-01 00:00:00') as {{ engine_type('varchar') }}) || {{ tie }}
{%- endmacro %}
