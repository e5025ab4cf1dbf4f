{#- One OPQL answer, which is the whole body. Key: BIGDBM developer docs, OPQL Phone Validation. -#}
{% macro columns_bigdbm__phone_scores() %}
    {{ return({
        'opql_score': 'text',
    }) }}
{% endmacro %}
