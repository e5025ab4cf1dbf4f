{#- The ten national digits of an E.164 number of the North American plan (how BIGDBM wants phones); NULL for other countries. -#}
{% macro phone_national10(phone) -%}
    case when length({{ phone }}) = 12 and left({{ phone }}, 2) = '+1' then right({{ phone }}, 10) end
{%- endmacro %}
