{#- A count. Names assumed. -#}
{% macro columns_contactbased__export_counts() %}
    {{ return({
        'total_records': 'text',
        'distinct_contacts': 'text',
        'billable_records': 'text',
    }) }}
{% endmacro %}
