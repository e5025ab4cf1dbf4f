{#- One daily run of a saved audience, in a list, or the state of the latest by itself under data. Names from the public
    specification. -#}
{% macro columns_leadpipe__runs() %}
    {{ return({
        'cacheKey': 'text',
        'dataDate': 'text',
        'status': 'text',
        'totalCount': 'text',
        'createdAt': 'text',
        'hasExport': 'text',
        'runId': 'text',
        'data': 'json',
    }) }}
{% endmacro %}
