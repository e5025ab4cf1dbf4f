{#- A number from a vendor's text; NULL where it is none. NaN and infinities are none. -#}
{% macro to_double(value) -%}
    case when {{ matches('trim(' ~ value ~ ')', '[-+]?[0-9]*[.]?[0-9]+([eE][-+]?[0-9]+)?') }} then try_cast(trim({{ value }}) as double) end
{%- endmacro %}
