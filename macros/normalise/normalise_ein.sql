{#- An employer identification number as NN-NNNNNNN; NULL for what has not nine digits in that form and for one digit throughout. The
    prefix 00 passes, which the IRS never issues: the sandbox's employers carry it. -#}
{% macro normalise_ein(value) -%}
    {%- set formed -%}
        case
            when {{ matches('ein', '[0-9]{2}-?[0-9]{7}') }} and replace(replace(ein, '-', ''), left(ein, 1), '') <> ''
                then left(ein, 2) || '-' || right(ein, 7)
        end
    {%- endset -%}
    {{ let('ein', undress(value), formed) }}
{%- endmacro %}
