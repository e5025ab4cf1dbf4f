{#- One feed. ContactBased documents what a feed is (domains, topics or free text), not its keys; names assumed. -#}
{% macro columns_contactbased__feeds() %}
    {{ return({
        'feed_id': 'text',
        'name': 'text',
        'feed_type': 'text',
        'query': 'text',
        'domain_count': 'text',
        'max_lookback_days': 'text',
        'created_at': 'text',
        'updated_at': 'text',
    }) }}
{% endmacro %}
