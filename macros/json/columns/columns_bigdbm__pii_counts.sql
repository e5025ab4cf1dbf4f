{#- One count, which is the whole body. Purpose documented (PII Count), names assumed. -#}
{% macro columns_bigdbm__pii_counts() %}
    {{ return({
        'count': 'text',
        'requestId': 'text',
    }) }}
{% endmacro %}
