{#- Bundle purchases. Contents documented, names assumed. -#}
{% macro columns_contactbased__purchases() %}
    {{ return({
        'categories': 'json',
        'last_purchase_date': 'text',
    }) }}
{% endmacro %}
