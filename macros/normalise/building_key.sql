{#- A street address without its unit, and the ZIP: what neighbours in one building share. NULL where either is missing. -#}
{% macro building_key(address, zip) -%}
    {%- set key = let('place', building_of('words'), "nullif(place, '')") -%}
    {{ let('words', address_words(address), key) }} || '|' || {{ zip }}
{%- endmacro %}
