{#- A number from a vendor's text; NULL where it is none. NaN and infinities are none, nor is what overflows (1e400). -#}
{% macro to_double(value) -%}
    case
        when
            {{ matches('trim(' ~ value ~ ')', '[-+]?[0-9]*[.]?[0-9]+([eE][-+]?[0-9]+)?') }}
            and try_cast(trim({{ value }}) as double) between -1.7e308 and 1.7e308
            then try_cast(trim({{ value }}) as double)
    end
{%- endmacro %}
