{#- Bundle household. Contents documented, names assumed. -#}
{% macro columns_contactbased__household() %}
    {{ return({
        'household_size': 'text',
        'has_children': 'text',
        'home_owner': 'text',
        'home_value_range': 'text',
        'dwelling_type': 'text',
        'year_built': 'text',
    }) }}
{% endmacro %}
