{#- How many feeds the organisation may create itself. The limit is documented, names assumed. -#}
{% macro columns_contactbased__feed_limits() %}
    {{ return({
        'feed_limit': 'text',
        'feeds_created': 'text',
        'feeds_remaining': 'text',
    }) }}
{% endmacro %}
