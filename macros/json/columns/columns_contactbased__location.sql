{#- Bundle location. Contents documented, names assumed. -#}
{% macro columns_contactbased__location() %}
    {{ return({
        'address': 'text',
        'city': 'text',
        'state': 'text',
        'zip': 'text',
        'zip4': 'text',
        'county': 'text',
        'latitude': 'text',
        'longitude': 'text',
        'dma': 'text',
    }) }}
{% endmacro %}
