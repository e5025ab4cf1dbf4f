{#- One HEM of an intent list. Keys: BIGDBM developer docs, Intent by Item, sample response (API 2.4). -#}
{% macro columns_bigdbm__intent_hems() %}
    {{ return({
        'hem': 'text',
        'signal_date': 'text',
        'confidence': 'text',
        'signal_count': 'text',
    }) }}
{% endmacro %}
