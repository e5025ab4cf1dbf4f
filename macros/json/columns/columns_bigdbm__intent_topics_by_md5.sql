{#- One topic of a hash. Purpose documented (Intent by MD5, API 3.0), names assumed, borrowed from Intent by Item. -#}
{% macro columns_bigdbm__intent_topics_by_md5() %}
    {{ return({
        'type': 'text',
        'sentence': 'text',
        'signal_date': 'text',
        'signal_count': 'text',
        'confidence': 'text',
    }) }}
{% endmacro %}
