{#- One person of an audience query. The six first keys are documented; emailHashes is what newer answers carry instead of hem. -#}
{% macro columns_leadpipe__audience_members() %}
    {{ return({
        'hem': 'text',
        'intentScore': 'text',
        'topicId': 'text',
        'email': 'text',
        'company': 'text',
        'jobTitle': 'text',
        'emailHashes': 'json',
    }) }}
{% endmacro %}
