-- Grain: one row per employer: a domain, or a name where no source gives a domain.
with profiles as (

    select * from {{ ref('int_contacts__profiles') }}
    where coalesce(company_name, company_domain) is not null

),

employments as (

    select * from {{ ref('contact_employments') }}

),

described as (

    select
        *,
        {{ company_key('company_domain', 'company_name') }} as company_key,
        {{ arrival('as_of', 'record_id') }} as arrival
    from profiles

),

facts as (

    select
        company_key,
        max_by(company_industry, arrival) as industry,
        max_by(naics_code, arrival) as naics_code,
        max_by(company_size, arrival) as employee_range,
        max_by(company_revenue, arrival) as revenue_range,
        max_by(company_year_founded, arrival) as year_founded,
        max_by(company_phone, arrival) as phone
    from described
    group by company_key

),

staff as (

    select
        company_key,
        max_by(company_name, {{ arrival('as_of', 'record_id') }}) as company_name,
        max(company_domain) as company_domain,
        {{ join_distinct('vendor') }} as source_vendors,
        cast(count(distinct contact_key) as integer) as contact_count,
        cast(count(distinct case when is_current then contact_key end) as integer) as current_contact_count,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from employments
    group by company_key

),

final as (

    select
        staff.company_key,
        staff.company_name,
        staff.company_domain,
        facts.industry,
        facts.naics_code,
        facts.employee_range,
        facts.revenue_range,
        facts.year_founded,
        facts.phone,
        staff.source_vendors,
        staff.contact_count,
        staff.current_contact_count,
        staff.first_seen_at,
        staff.last_seen_at
    from staff
    left join facts on staff.company_key = facts.company_key

)

select * from final
