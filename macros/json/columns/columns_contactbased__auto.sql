{#- Bundle auto, a list of vehicles. Contents documented, names assumed. -#}
{% macro columns_contactbased__auto() %}
    {{ return({
        'vehicle_count': 'text',
        'vehicles': 'json[]',
    }) }}
{% endmacro %}
