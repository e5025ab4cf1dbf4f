{#- The day (UTC) of a moment that a vendor wrote as text: see to_timestamp_utc. -#}
{% macro to_date(value, fetched_at=none) -%}
    cast({{ to_timestamp_utc(value, fetched_at) }} as date)
{%- endmacro %}
