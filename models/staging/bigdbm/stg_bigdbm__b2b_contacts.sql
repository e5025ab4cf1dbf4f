-- Grain: one row per subject and professional profile found for it; one row, is_match false, for a subject without any.
with source as (

    select * from {{ ref('base_bigdbm__b2b_contacts') }}

),

kept as (

    {{ keep_staged('source', across_pages=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_bigdbm('b2b_contacts')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        is_match,
        {{ to_text('fields.EmployeeID') }} as vendor_contact_id,
        {{ to_text('fields.First_Name') }} as first_name,
        {{ to_text('fields.Last_Name') }} as last_name,
        {{ join_lists([json_texts('fields.B2B_Email')]) }} as emails,
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
        {{ to_text('fields.Address') }} as address,
        {{ to_text('fields.City') }} as city,
        {{ to_text('fields.State') }} as state,
        coalesce({{ to_text('fields.Zip5') }}, {{ to_text('fields.Zip') }}) as zip
    from parsed

)

select * from final
