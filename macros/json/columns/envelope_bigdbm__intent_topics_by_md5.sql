{#- What an answer about a hash says about itself. Names assumed. -#}
{% macro envelope_bigdbm__intent_topics_by_md5() %}
    {{ return({
        'status': 'json',
        'md5': 'text',
        'count': 'text',
    }) }}
{% endmacro %}
