{#- A United States ZIP as five digits: the +4 is left out, a leading zero that a spreadsheet ate is put back. Postal codes of
    other countries stay as they are. -#}
{% macro normalise_zip(value) -%}
    {%- set five -%}
        case
            when {{ matches('code', '[0-9]{5}(-?[0-9]{4})?') }} then left(code, 5)
            when {{ matches('code', '[0-9]{3,4}') }} then lpad(code, 5, '0')
            else nullif(code, '')
        end
    {%- endset -%}
    {{ let('code', trim_text(value), five) }}
{%- endmacro %}
