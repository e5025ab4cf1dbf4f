{#- A yes or no from a vendor's text: "1", "true", "yes", "y" and "0", "false", "no", "n", in any case. Anything else, and the
    empty text, is NULL: missing is not "no". -#}
{% macro to_flag(value) -%}
    case
        when lower(trim({{ value }})) in ('1', 'true', 'yes', 'y') then true
        when lower(trim({{ value }})) in ('0', 'false', 'no', 'n') then false
    end
{%- endmacro %}
