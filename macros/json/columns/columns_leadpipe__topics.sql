{#- One topic of the catalogue. Not in Leadpipe's reference page: its public specification names these keys. -#}
{% macro columns_leadpipe__topics() %}
    {{ return({
        'topicId': 'text',
        'topicName': 'text',
        'type': 'text',
        'industry': 'text',
        'category': 'text',
    }) }}
{% endmacro %}
