{#- Bundle individual-core. Contents documented, names assumed. -#}
{% macro columns_contactbased__individual_core() %}
    {{ return({
        'first_name': 'text',
        'last_name': 'text',
        'gender': 'text',
        'birth_year': 'text',
        'age_range': 'text',
        'address': 'text',
        'city': 'text',
        'state': 'text',
        'zip': 'text',
    }) }}
{% endmacro %}
