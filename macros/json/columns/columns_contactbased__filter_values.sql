{#- One value of a filter field. Names assumed; plain values are accepted too. -#}
{% macro columns_contactbased__filter_values() %}
    {{ return({
        'value': 'text',
        'count': 'text',
    }) }}
{% endmacro %}
