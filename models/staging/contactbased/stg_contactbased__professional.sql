-- Grain: one row per contact id asked; is_match false where the vendor does not know it.
with source as (

    select * from {{ ref('base_contactbased__professional') }}

),

kept as (

    {{ keep_staged('source') }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased__professional()) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        is_match,
        subject_value as contact_id,
        {{ to_text('fields.job_title') }} as job_title,
        {{ to_text('fields.seniority') }} as seniority,
        {{ to_text('fields.department') }} as department,
        {{ to_text('fields.company_name') }} as company_name,
        {{ to_text('fields.company_domain') }} as company_domain,
        {{ to_text('fields.industry') }} as industry,
        {{ to_text('fields.linkedin_url') }} as linkedin_url
    from parsed

)

select * from final
