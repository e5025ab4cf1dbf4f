{#- One professional profile. Names: BIGDBM B2B output as read by a public client. -#}
{% macro columns_bigdbm__b2b_contacts() %}
    {{ return({
        'EmployeeID': 'text',
        'First_Name': 'text',
        'Last_Name': 'text',
        'B2B_Email': 'json',
        'Company_Name': 'text',
        'Company_Website': 'text',
        'Phone1_Employee': 'text',
        'Phone1_Company': 'text',
        'Num_Employees': 'text',
        'Sales_Volume': 'text',
        'Year_Founded': 'text',
        'Headquarters_Branch': 'text',
        'NAICS_CODE': 'text',
        'Job_Title': 'text',
        'Level': 'text',
        'Job_Function': 'text',
        'LastSeenDate': 'text',
        'LinkedIn': 'text',
        'Address': 'text',
        'City': 'text',
        'State': 'text',
        'Zip5': 'text',
        'Zip': 'text',
        'Sequence': 'text',
    }) }}
{% endmacro %}
