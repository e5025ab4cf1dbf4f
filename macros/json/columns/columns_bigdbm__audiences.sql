{#- One answer about an audience: its creation or its state, the whole body. Names assumed (SmartSelector). -#}
{% macro columns_bigdbm__audiences() %}
    {{ return({
        'audienceId': 'text',
        'status': 'text',
        'count': 'text',
    }) }}
{% endmacro %}
