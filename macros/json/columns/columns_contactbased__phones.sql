{#- Bundle phones, a list of numbers. Contents documented, names assumed. -#}
{% macro columns_contactbased__phones() %}
    {{ return({
        'phones': 'json[]',
    }) }}
{% endmacro %}
