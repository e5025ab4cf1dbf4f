{#- As of when a vendor says something: the date that it gives; where it gives none, the moment of the answer. A date that is there
    and cannot be read is unknown (NULL), not today: it loses to every known one. -#}
{% macro as_of(value, fetched_at='fetched_at') -%}
    case
        when {{ to_text(value) }} is null then {{ fetched_at }}
        else {{ to_timestamp_utc(value, fetched_at) }}
    end
{%- endmacro %}
