{#- What a claim is made of: claim -> its attributes, in the order of value_1 to value_5 of int_contacts__claims. Fields of one
    claim come from one record: a street never takes another record's town. -#}
{% macro claim_places() %}
    {{ return({
        'name': ['first_name', 'last_name'],
        'location': ['address', 'city', 'state', 'zip', 'country'],
        'employment': ['company_name', 'company_domain', 'job_title', 'seniority', 'department'],
    }) }}
{% endmacro %}
