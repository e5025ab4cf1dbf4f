{#- A free text resolved into domains, or saved as a feed. Two modes documented, names assumed. -#}
{% macro columns_contactbased__feed_previews() %}
    {{ return({
        'query': 'text',
        'saved': 'text',
        'feed_id': 'text',
        'domains': 'json',
        'summary': 'json',
    }) }}
{% endmacro %}
