{#- One verdict. Keys: BIGDBM developer docs, Batch Email Validation, response fields. -#}
{% macro columns_bigdbm__email_statuses() %}
    {{ return({
        'email': 'text',
        'status': 'text',
    }) }}
{% endmacro %}
