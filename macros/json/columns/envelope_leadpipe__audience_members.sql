{#- What an audience answer says about itself (Leadpipe API reference, response `meta`). -#}
{% macro envelope_leadpipe__audience_members() %}
    {{ return({
        'meta': {
            'count': 'text',
            'totalCount': 'text',
            'status': 'json',
            'cacheKey': 'text',
            'dataDate': 'text',
        },
    }) }}
{% endmacro %}
