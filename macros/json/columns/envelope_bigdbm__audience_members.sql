{#- What a page of members says about itself. Names assumed. -#}
{% macro envelope_bigdbm__audience_members() %}
    {{ return({
        'count': 'text',
    }) }}
{% endmacro %}
