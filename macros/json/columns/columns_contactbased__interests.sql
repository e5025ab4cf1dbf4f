{#- Bundle interests. Contents documented, names assumed. -#}
{% macro columns_contactbased__interests() %}
    {{ return({
        'interests': 'json',
    }) }}
{% endmacro %}
