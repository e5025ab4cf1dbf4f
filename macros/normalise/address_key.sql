{#- A street address as households compare it: building and unit in one spelling (345 North Main Street, Apt. 4-B and 345 N Main St
    #4b are both "345 nmainst-4b"), then the ZIP. NULL where building or ZIP is missing. -#}
{% macro address_key(address, zip) -%}
    {%- set key = let('place', building_of('words'), "nullif(place, '') || " ~ unit_of('words')) -%}
    {{ let('words', address_words(address), key) }} || '|' || {{ zip }}
{%- endmacro %}
