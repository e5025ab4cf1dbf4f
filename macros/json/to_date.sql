{#- A date from a vendor's text: ISO (with or without a time) or the American mm/dd/yyyy; NULL where it is neither. -#}
{% macro to_date(value) -%}
    {{ adapter.dispatch('to_date')(value) }}
{%- endmacro %}

{% macro duckdb__to_date(value) -%}
    coalesce(try_cast(trim({{ value }}) as date), cast(try_strptime(trim({{ value }}), '%m/%d/%Y') as date))
{%- endmacro %}

{% macro default__to_date(value) -%}
    coalesce(try_cast(trim({{ value }}) as date), try_cast(try_to_timestamp(trim({{ value }}), 'MM/dd/yyyy') as date))
{%- endmacro %}
