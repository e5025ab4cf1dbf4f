{#- One consumer filter field. Operators, labels and categories are documented, names assumed. -#}
{% macro columns_contactbased__filter_fields() %}
    {{ return({
        'field': 'text',
        'label': 'text',
        'category': 'text',
        'type': 'text',
        'operators': 'json',
    }) }}
{% endmacro %}
