{#- A UTC timestamp from a vendor's ISO text; NULL where it is none. -#}
{% macro to_timestamp_utc(value) -%}
    try_cast(trim({{ value }}) as timestamp)
{%- endmacro %}
