-- Grain: one row per employer: a domain, or a name where no source gives a domain.
with profiles as (

    select * from {{ ref('int_contacts__profiles') }}
    where coalesce(company_name, company_domain) is not null

),

b2b_contacts as (

    select * from {{ ref('stg_bigdbm__b2b_contacts') }}
    where is_match

),

audience_members as (

    select * from {{ ref('stg_bigdbm__audience_members') }}
    where audience_type = 'b2b'

),

states as (

    select * from {{ ref('us_states') }}

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

-- Where the company is: its headquarters before a branch, then the newest. A place is taken as a whole.
places as (

    select
        record_id,
        address,
        city,
        state,
        zip,
        is_headquarters
    from b2b_contacts

    union all

    select
        record_id,
        address,
        city,
        state,
        zip,
        is_headquarters
    from audience_members

),

ranked_places as (

    select
        described.company_key,
        {{ normalise_name('places.address') }} as address,
        {{ normalise_name('places.city') }} as city,
        coalesce(states.code, upper({{ normalise_name('places.state') }})) as state,
        {{ normalise_zip('places.zip') }} as zip,
        places.is_headquarters,
        row_number() over (
            partition by described.company_key
            order by
                case when places.is_headquarters then 0 when places.is_headquarters is null then 1 else 2 end,
                described.arrival desc
        ) as place
    from places
    inner join described on places.record_id = described.record_id
    left join states on lower({{ normalise_name('places.state') }}) = lower(states.name)
    where coalesce(places.address, places.city, places.zip) is not null

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
        ranked_places.address,
        ranked_places.city,
        ranked_places.state,
        ranked_places.zip,
        ranked_places.is_headquarters,
        staff.source_vendors,
        staff.contact_count,
        staff.current_contact_count,
        staff.first_seen_at,
        staff.last_seen_at
    from staff
    left join facts on staff.company_key = facts.company_key
    left join ranked_places
        on
            staff.company_key = ranked_places.company_key
            and ranked_places.place = 1

)

select * from final
