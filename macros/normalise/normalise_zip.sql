{#- A United States ZIP as five digits: the +4 is left out, a leading zero that a spreadsheet ate is put back. Postal codes of
    other countries stay as they are. -#}
{% macro normalise_zip(value) -%}
    case
        when {{ matches('trim(' ~ value ~ ')', '[0-9]{5}(-?[0-9]{4})?') }} then left(trim({{ value }}), 5)
        when {{ matches('trim(' ~ value ~ ')', '[0-9]{3,4}') }} then lpad(trim({{ value }}), 5, '0')
        else nullif(trim({{ value }}), '')
    end
{%- endmacro %}
