{#- The records that Leadpipe delivers, by stream: key -> type (parse_json). -#}
{% macro columns_leadpipe(stream) %}
    {%- set streams = {} -%}

    {#- One person of an audience query. The six first keys are documented; emailHashes is what newer answers carry instead of hem. -#}
    {%- do streams.update({'audience_members': {
        'hem': 'text',
        'intentScore': 'text',
        'topicId': 'text',
        'email': 'text',
        'company': 'text',
        'jobTitle': 'text',
        'emailHashes': 'json',
    }}) -%}

    {#- A preview: size and a masked sample. Names from the public specification. -#}
    {%- do streams.update({'audience_previews': {
        'data': 'json',
    }}) -%}

    {#- One saved audience, in a list or by itself under data. Names from the public specification. -#}
    {%- do streams.update({'audiences': {
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
    }}) -%}

    {#- The filter catalogue: an object of lists. Not on the reference page: the public specification names these keys. -#}
    {%- do streams.update({'filters': {
        'data': 'json',
    }}) -%}

    {#- One daily run of a saved audience, in a list, or the state of the latest by itself under data. Names from the public
        specification. -#}
    {%- do streams.update({'runs': {
        'cacheKey': 'text',
        'dataDate': 'text',
        'status': 'text',
        'totalCount': 'text',
        'createdAt': 'text',
        'hasExport': 'text',
        'runId': 'text',
        'data': 'json',
    }}) -%}

    {#- One topic of the catalogue. Not in Leadpipe's reference page: its public specification names these keys. -#}
    {%- do streams.update({'topics': {
        'topicId': 'text',
        'topicName': 'text',
        'type': 'text',
        'industry': 'text',
        'category': 'text',
    }}) -%}

    {{ return(streams[stream]) }}
{% endmacro %}

{#- What an answer of Leadpipe says beside its records, by stream: key -> type. -#}
{% macro envelope_leadpipe(stream) %}
    {%- set streams = {} -%}

    {#- What an audience answer says about itself (Leadpipe API reference, response `meta`). -#}
    {%- do streams.update({'audience_members': {
        'meta': {
            'count': 'text',
            'totalCount': 'text',
            'status': 'json',
            'cacheKey': 'text',
            'dataDate': 'text',
        },
    }}) -%}

    {{ return(streams[stream]) }}
{% endmacro %}
