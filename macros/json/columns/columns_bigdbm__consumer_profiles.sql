{#- One consumer profile. Output 10008 differs by account, so the variants of one datum that other outputs use (Email,
    Email_1..3, Phone, Addr_Primary, Zip5, Veteran_HH absent) are declared beside it; what an account adds beyond is named in the
    dbt variable bigdbm_consumer_fields, or kept and counted as unknown. Names: BIGDBM output 10008 as read by public clients. -#}
{% macro columns_bigdbm__consumer_profiles() %}
    {%- set columns = {
        'Id': 'text',
        'First_Name': 'text',
        'Last_Name': 'text',
        'Address': 'text',
        'Addr_Primary': 'text',
        'Addr_Secondary': 'text',
        'City': 'text',
        'State': 'text',
        'Zip': 'text',
        'Zip5': 'text',
        'Zip4': 'text',
        'NationalConsumerDatabase': 'text',
        'Email_Array': 'json',
        'Email': 'json',
        'Email_1': 'json',
        'Email_2': 'json',
        'Email_3': 'json',
        'Phone': 'json',
        'Mobile_Phone_1': 'text',
        'Mobile_Phone_1_DNC': 'text',
        'Mobile_Phone_2': 'text',
        'Mobile_Phone_2_DNC': 'text',
        'Mobile_Phone_3': 'text',
        'Mobile_Phone_3_DNC': 'text',
        'Gender': 'text',
        'Age': 'text',
        'Birth_Month_and_Year': 'text',
        'Birth_Year_aux': 'text',
        'Children_HH': 'text',
        'Veteran_HH': 'text',
        'Credit_Range': 'text',
        'Income_HH': 'text',
        'Net_Worth_HH': 'text',
        'Home_Owner': 'text',
        'Marital_Status': 'text',
        'Occupation_Detail': 'text',
        'Sequence': 'text',
        'Validation': 'json',
    } -%}
    {%- for keys in var('bigdbm_consumer_fields', {}).values() -%}
        {%- for key in keys -%}
            {%- do columns.setdefault(key, 'json') -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}
