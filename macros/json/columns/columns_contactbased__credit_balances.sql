{#- The credit pool. ContactBased documents one org-wide records pool; names assumed. -#}
{% macro columns_contactbased__credit_balances() %}
    {{ return({
        'records_limit': 'text',
        'records_used': 'text',
        'records_reserved': 'text',
        'records_remaining': 'text',
        'period_start': 'text',
        'period_end': 'text',
    }) }}
{% endmacro %}
