{#- Bundle financial. Contents documented, names assumed. -#}
{% macro columns_contactbased__financial() %}
    {{ return({
        'credit_range': 'text',
        'income_range': 'text',
        'net_worth_range': 'text',
        'investor': 'text',
    }) }}
{% endmacro %}
