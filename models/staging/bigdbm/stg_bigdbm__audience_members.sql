-- Grain: one row per audience and member.
with source as (

    select * from {{ ref('base_bigdbm__audience_members') }}

),

kept as (

    {{ keep_staged('source', matches_only=true, across_pages=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_bigdbm('audience_members')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        {{ json_text('options', '$.AudienceId') }} as audience_id,
        subject_value as audience_name,
        {{ json_text('options', '$.AudienceType') }} as audience_type,
        {{ to_text('fields.Id') }} as vendor_person_id,
        {{ to_text('fields.EmployeeID') }} as vendor_contact_id,
        {{ to_text('fields.NPI') }} as provider_npi,
        {{ to_text('fields.First_Name') }} as first_name,
        {{ to_text('fields.Last_Name') }} as last_name,
        coalesce(
            {{ to_text('fields.Address') }},
            {{ to_text("concat_ws(' ', fields.Addr_Primary, fields.Addr_Secondary)") }}
        ) as address,
        {{ to_text('fields.City') }} as city,
        {{ to_text('fields.State') }} as state,
        coalesce({{ to_text('fields.Zip') }}, {{ to_text('fields.Zip5') }}) as zip,
        {{ join_lists([
            json_texts('fields.Email_Array'),
            json_texts('fields.Email'),
            json_texts('fields.Email_1'),
            json_texts('fields.Email_2'),
            json_texts('fields.Email_3'),
            json_texts('fields.B2B_Email'),
        ]) }} as emails,
        {{ phone_list(
            [
                [to_text('fields.Mobile_Phone_1'), to_dnc('fields.Mobile_Phone_1_DNC')],
                [to_text('fields.Mobile_Phone_2'), to_dnc('fields.Mobile_Phone_2_DNC')],
                [to_text('fields.Mobile_Phone_3'), to_dnc('fields.Mobile_Phone_3_DNC')],
            ],
            json_texts('fields.Phone'),
        ) }} as phones,
        {{ to_text('fields.Gender') }} as gender,
        {{ to_integer('fields.Age') }} as age,
        {{ to_flag('fields.Children_HH') }} as has_children,
        {{ to_flag('fields.Veteran_HH') }} as is_veteran,
        {{ to_text('fields.Credit_Range') }} as credit_range,
        {{ to_text('fields.Income_HH') }} as income_range,
        {{ to_text('fields.Net_Worth_HH') }} as net_worth_range,
        {{ to_text('fields.Home_Owner') }} as home_owner,
        {{ to_text('fields.Marital_Status') }} as marital_status,
        {{ to_text('fields.Occupation_Detail') }} as occupation,
        {{ to_text('fields.Company_Name') }} as company_name,
        {{ to_text('fields.Company_Website') }} as company_domain,
        {{ to_text('fields.Phone1_Employee') }} as direct_phone,
        {{ to_text('fields.Phone1_Company') }} as company_phone,
        {{ to_text('fields.Num_Employees') }} as employee_range,
        {{ to_text('fields.Sales_Volume') }} as revenue_range,
        nullif({{ to_integer('fields.Year_Founded') }}, 0) as year_founded,
        {{ to_flag('fields.Headquarters_Branch') }} as is_headquarters,
        {{ to_text('fields.NAICS_CODE') }} as naics_code,
        {{ to_text('fields.Job_Title') }} as job_title,
        {{ to_text('fields.Level') }} as job_level,
        {{ to_text('fields.Job_Function') }} as job_function,
        {{ to_date('fields.LastSeenDate', 'fetched_at') }} as last_seen_date,
        {{ as_of('fields.LastSeenDate') }} as as_of,
        {{ to_text('fields.LinkedIn') }} as linkedin_url,
        {{ to_integer('fields.YR_BUILT_ORIG') }} as home_built_year,
        {{ to_integer('fields.LIVING_SQFT') }} as home_living_sqft,
        {{ to_integer('fields.NMBR_BEDROOMS') }} as home_bedrooms,
        {{ to_flag('fields.OWNER_OCCUPIED') }} as is_owner_occupied,
        coalesce({{ to_text('fields.PROP_TYPE') }}, {{ to_text('fields.Dwelling_Type') }}) as property_type,
        {{ to_double('fields.LAND_SQFT') }} as home_land_sqft,
        {{ to_integer('fields.FULL_BATHS') }} as home_full_baths,
        {{ to_integer('fields.HALF_BATHS') }} as home_half_baths,
        {{ to_integer('fields.' ~ adapter.quote('3QTR_BATHS')) }} as home_three_quarter_baths,
        {{ to_flag('fields.fireplace') }} as has_fireplace,
        {{ to_integer('fields.Length_of_Residence') }} as residence_years,
        coalesce({{ to_double('fields.LOAN_AMT') }}, {{ to_double('fields.Mortgage_Amount') }}) as mortgage_amount,
        {{ to_date('fields.LOAN_DATE') }} as mortgage_date,
        coalesce({{ to_text('fields.MRTG_TYPE') }}, {{ to_text('fields.Mortgage_Loan_Type') }}) as mortgage_type,
        {{ to_text('fields.LENDER_NAME') }} as mortgage_lender,
        {{ to_double('fields.MRTG_INTRATE') }} as mortgage_interest_rate,
        {{ to_double('fields.MRTG_TERM') }} as mortgage_term,
        {{ to_double('fields.LOAN_TO_VAL') }} as mortgage_loan_to_value,
        coalesce({{ to_double('fields.MARKVAL') }}, {{ to_double('fields.EstimatedValue') }}) as home_value,
        {{ to_double('fields.SALE_AMT') }} as home_sale_amount,
        {{ to_date('fields.SALE_DATE') }} as home_sale_date,
        {{ to_text('fields.Specialty') }} as provider_specialty,
        {{ to_text('fields.Taxonomy_Code') }} as provider_taxonomy_code
    from parsed

)

select * from final
