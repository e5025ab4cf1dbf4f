{#- One saved audience, in a list or by itself under data. Names from the public specification. -#}
{% macro columns_leadpipe__audiences() %}
    {{ return({
        'id': 'text',
        'name': 'text',
        'status': 'text',
        'config': 'json',
        'topics': 'json',
        'audienceSize': 'text',
        'lastRefreshedAt': 'text',
        'createdAt': 'text',
        'updatedAt': 'text',
        'data': 'json',
    }) }}
{% endmacro %}
