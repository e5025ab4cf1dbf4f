{#- A ZIP+4 as NNNNN-NNNN, from a ZIP that carries it or from ZIP and four digits; NULL where the four are missing. -#}
{% macro zip_plus4(zip, zip4) -%}
    case
        when {{ matches('trim(' ~ zip ~ ')', '[0-9]{5}-?[0-9]{4}') }} then left(trim({{ zip }}), 5) || '-' || right(trim({{ zip }}), 4)
        when {{ matches('trim(' ~ zip4 ~ ')', '[0-9]{4}') }} and {{ matches(normalise_zip(zip), '[0-9]{5}') }}
            then {{ normalise_zip(zip) }} || '-' || trim({{ zip4 }})
    end
{%- endmacro %}
