{#- One member of an audience, of any of the four kinds: a consumer profile, a professional profile, a home with its owner, or a
    healthcare provider. The kinds are documented, the field names public or assumed. -#}
{% macro columns_bigdbm__audience_members() %}
    {%- set members = dict(columns_bigdbm__consumer_profiles()) -%}
    {%- do members.update(columns_bigdbm__b2b_contacts()) -%}
    {%- for key in [
        'YR_BUILT_ORIG', 'LIVING_SQFT', 'NMBR_BEDROOMS', 'FULL_BATHS', 'HALF_BATHS', '3QTR_BATHS', 'OWNER_OCCUPIED',
        'PROP_TYPE', 'MARKVAL', 'EstimatedValue', 'SALE_AMT', 'SALE_DATE', 'LOAN_AMT', 'LOAN_DATE', 'fireplace',
        'NPI', 'Specialty', 'Taxonomy_Code',
    ] -%}
        {%- do members.update({key: 'text'}) -%}
    {%- endfor -%}
    {{ return(members) }}
{% endmacro %}
