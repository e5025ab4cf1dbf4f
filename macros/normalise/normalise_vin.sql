{#- A vehicle identification number: 17 capitals and digits without I, O and Q (ISO 3779), blanks and dashes left out. Where the first
    character says North America (1 to 5), the ninth must be the check digit of 49 CFR 565.15; elsewhere manufacturers use
    that place as they like, and the form is all that can be asked. NULL for anything else. -#}
{% macro normalise_vin(value) -%}
    {%- set weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2] -%}
    {%- set sum = [] -%}
    {%- for weight in weights -%}
        {%- do sum.append(weight ~ " * cast(substr(digits, " ~ loop.index ~ ", 1) as integer)") -%}
    {%- endfor -%}
    {%- set remainder = let('digits', "translate(vin, 'ABCDEFGHJKLMNPRSTUVWXYZ', '12345678123457923456789')", "(" ~ sum | join(' + ') ~ ") % 11") -%}
    {%- set checked -%}
        case
            when not {{ matches('vin', '[A-HJ-NPR-Z0-9]{17}') }} or replace(vin, left(vin, 1), '') = '' then null
            when left(vin, 1) not in ('1', '2', '3', '4', '5') then vin
            when cast({{ remainder }} as {{ engine_type('varchar') }}) = replace(substr(vin, 9, 1), 'X', '10') then vin
        end
    {%- endset -%}
    {{ let('vin', "translate(upper(" ~ undress(value) ~ "), ' -', '')", checked) }}
{%- endmacro %}
