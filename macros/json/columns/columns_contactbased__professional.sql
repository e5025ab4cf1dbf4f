{#- Bundle professional. Contents documented, names assumed. -#}
{% macro columns_contactbased__professional() %}
    {{ return({
        'job_title': 'text',
        'seniority': 'text',
        'department': 'text',
        'company_name': 'text',
        'company_domain': 'text',
        'industry': 'text',
        'linkedin_url': 'text',
    }) }}
{% endmacro %}
