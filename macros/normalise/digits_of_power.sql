{#- The digits of a whole number that a spreadsheet wrote as a power of ten (1.2125550121E+10), if every one of them is there; else the text as
    it is. -#}
{% macro digits_of_power(text) -%}
    {%- set behind = first_match(text, '[.,]([0-9]*)', 1) -%}
    {%- set power = 'cast(' ~ first_match(text, '[eE][+]?([0-9]+)$', 1) ~ ' as integer)' -%}
    {%- set whole -%}
        case
            when power > 0 and length(behind) >= power and {{ matches('substr(behind, power + 1)', '0*') }}
                then {{ first_match(text, '^[+]?[0-9]', 0) }} || left(behind, power)
            else {{ text }}
        end
    {%- endset -%}
    {{ let('behind', behind, let('power', power, whole)) }}
{%- endmacro %}
