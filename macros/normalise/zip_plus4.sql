{#- A ZIP+4 as NNNNN-NNNN, from a ZIP that carries it or from ZIP and four digits; NULL where the four are missing. -#}
{% macro zip_plus4(zip, zip4) -%}
    {%- set joined -%}
        case
            when {{ matches('whole', '[0-9]{5}-?[0-9]{4}') }} then left(whole, 5) || '-' || right(whole, 4)
            when {{ matches('four', '[0-9]{4}') }} and {{ matches(normalise_zip('whole'), '[0-9]{5}') }} then {{ normalise_zip('whole') }} || '-' || four
        end
    {%- endset -%}
    {{ let('whole', undress(zip), let('four', undress(zip4), joined)) }}
{%- endmacro %}
