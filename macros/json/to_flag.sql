{#- A yes or no from a vendor's text: "1", "1.0", "true", "t", "yes", "y", "on" and "0", "0.0", "false", "f", "no", "n", "off", in any case. Anything else, and the
    empty text, is NULL: missing is not "no". -#}
{% macro to_flag(value) -%}
    case
        when lower(trim({{ value }})) in ('1', '1.0', 'true', 't', 'yes', 'y', 'on') then true
        when lower(trim({{ value }})) in ('0', '0.0', 'false', 'f', 'no', 'n', 'off') then false
    end
{%- endmacro %}
