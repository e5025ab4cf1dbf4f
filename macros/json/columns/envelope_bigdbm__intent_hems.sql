{#- What an intent list says about itself (BIGDBM developer docs, Intent by Item, sample response). -#}
{% macro envelope_bigdbm__intent_hems() %}
    {{ return({
        'status': 'json',
        'listId': 'text',
        'count': 'text',
    }) }}
{% endmacro %}
