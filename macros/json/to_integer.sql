{#- An integer from a vendor's text. Only whole numbers pass ("4", "4.0", " 4 "); 3.7 is NULL, not 4, and so is anything else. -#}
{% macro to_integer(value) -%}
    case when {{ matches('trim(' ~ value ~ ')', '-?[0-9]+([.]0+)?') }} then try_cast(trim({{ value }}) as integer) end
{%- endmacro %}
