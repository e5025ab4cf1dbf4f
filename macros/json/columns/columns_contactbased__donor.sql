{#- Bundle donor. Contents documented, names assumed. -#}
{% macro columns_contactbased__donor() %}
    {{ return({
        'is_donor': 'text',
        'causes': 'json',
    }) }}
{% endmacro %}
