{#- The records that BIGDBM delivers, by stream: key -> type (parse_json). -#}
{% macro columns_bigdbm(stream) %}
    {%- set streams = {} -%}

    {#- One age band. Documented: a band without a profile; the name is assumed. -#}
    {%- do streams.update({'age_bands': {
        'Age_Range': 'text',
    }}) -%}

    {#- One answer about an audience: its creation or its state, the whole body. Names assumed (SmartSelector). -#}
    {%- do streams.update({'audiences': {
        'audienceId': 'text',
        'status': 'text',
        'count': 'text',
    }}) -%}

    {#- One professional profile. Names: BIGDBM B2B output as read by a public client. -#}
    {%- do streams.update({'b2b_contacts': {
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
    }}) -%}

    {#- One consumer profile. Output 10008 differs by account, so the variants of one datum that other outputs use (Email,
        Email_1..3, Phone, Addr_Primary, Zip5, Veteran_HH absent) are declared beside it; what an account adds beyond is named in the
        dbt variable bigdbm_consumer_fields, or kept and counted as unknown. Names: BIGDBM output 10008 as read by public clients. -#}
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
    {%- do streams.update({'consumer_profiles': columns}) -%}

    {#- One verdict. Keys: BIGDBM developer docs, Batch Email Validation, response fields. -#}
    {%- do streams.update({'email_statuses': {
        'email': 'text',
        'status': 'text',
    }}) -%}

    {#- One HEM of an intent list. Keys: BIGDBM developer docs, Intent by Item, sample response (API 2.4). -#}
    {%- do streams.update({'intent_hems': {
        'hem': 'text',
        'signal_date': 'text',
        'confidence': 'text',
        'signal_count': 'text',
    }}) -%}

    {#- One topic of a hash. Purpose documented (Intent by MD5, API 3.0), names assumed, borrowed from Intent by Item. -#}
    {%- do streams.update({'intent_topics_by_md5': {
        'type': 'text',
        'sentence': 'text',
        'signal_date': 'text',
        'signal_count': 'text',
        'confidence': 'text',
    }}) -%}

    {#- One OPQL answer, which is the whole body. Key: BIGDBM developer docs, OPQL Phone Validation. -#}
    {%- do streams.update({'phone_scores': {
        'opql_score': 'text',
    }}) -%}

    {#- One count, which is the whole body. Purpose documented (PII Count), names assumed. -#}
    {%- do streams.update({'pii_counts': {
        'count': 'text',
        'requestId': 'text',
    }}) -%}

    {#- One neighbourhood. Documented: insight at ZIP+4 without any individual; names assumed, the last four public elsewhere. -#}
    {%- do streams.update({'zip4_insights': {
        'Zip': 'text',
        'Zip4': 'text',
        'Segment': 'text',
        'Median_Income': 'text',
        'Median_Home_Value': 'text',
        'Urbanicity': 'text',
        'Pop_Density': 'text',
    }}) -%}

    {#- One member of an audience, of any of the four kinds: a consumer profile, a professional profile, a home with its owner, or a
        healthcare provider. The kinds are documented, the field names public or assumed. -#}
    {%- set members = dict(streams.consumer_profiles) -%}
    {%- do members.update(streams.b2b_contacts) -%}
    {%- for key in [
        'YR_BUILT_ORIG', 'LIVING_SQFT', 'NMBR_BEDROOMS', 'FULL_BATHS', 'HALF_BATHS', '3QTR_BATHS', 'OWNER_OCCUPIED',
        'PROP_TYPE', 'MARKVAL', 'EstimatedValue', 'SALE_AMT', 'SALE_DATE', 'LOAN_AMT', 'LOAN_DATE', 'fireplace',
        'LAND_SQFT', 'LOAN_TO_VAL', 'LENDER_NAME', 'MRTG_TYPE', 'MRTG_TERM', 'MRTG_INTRATE', 'Mortgage_Amount',
        'Mortgage_Loan_Type', 'Dwelling_Type', 'Length_of_Residence',
        'NPI', 'Specialty', 'Taxonomy_Code',
    ] -%}
        {%- do members.update({key: 'text'}) -%}
    {%- endfor -%}
    {%- do streams.update({'audience_members': members}) -%}

    {{ return(streams[stream]) }}
{% endmacro %}

{#- What an answer of BIGDBM says beside its records, by stream: key -> type. -#}
{% macro envelope_bigdbm(stream) %}
    {%- set streams = {} -%}

    {#- What a page of members says about itself. Names assumed. -#}
    {%- do streams.update({'audience_members': {
        'status': 'json',
        'count': 'text',
    }}) -%}

    {#- What an intent list says about itself (BIGDBM developer docs, Intent by Item, sample response). -#}
    {%- do streams.update({'intent_hems': {
        'status': 'json',
        'listId': 'text',
        'count': 'text',
        'metadata': {'keyword_match_pool': 'text', 'api_version': 'text'},
    }}) -%}

    {#- What an answer about a hash says about itself. Names assumed. -#}
    {%- do streams.update({'intent_topics_by_md5': {
        'status': 'json',
        'md5': 'text',
        'count': 'text',
    }}) -%}

    {{ return(streams[stream]) }}
{% endmacro %}
