-- Grain: one row per person, also people known by nothing but a hash (their names are NULL).
{% set attributes = [
    'first_name', 'last_name', 'email', 'phone', 'linkedin', 'company_name', 'company_domain', 'job_title', 'seniority',
    'department', 'address', 'city', 'state', 'zip', 'zip_plus4', 'country', 'age_range', 'gender', 'birth_year', 'marital_status', 'home_owner',
    'has_children', 'is_veteran', 'occupation', 'credit_range', 'income_range', 'net_worth_range',
] %}

with evidence as (

    select * from {{ ref('int_identity__evidence') }}

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

attributes as (

    select * from {{ ref('contact_attributes') }}

),

people as (

    select
        clusters.contact_key,
        {{ join_distinct('evidence.vendor') }} as source_vendors,
        cast(count(distinct evidence.vendor) as integer) as vendor_count,
        cast(count(*) as integer) as evidence_count,
        min(evidence.first_observed_at) as first_seen_at,
        max(evidence.last_observed_at) as last_seen_at
    from evidence
    inner join clusters on evidence.evidence_id = clusters.evidence_id
    group by clusters.contact_key

),

winners as (

    select
        contact_key,
        {% for attribute in attributes %}
            max(case when attribute = '{{ attribute }}' then value end) as {{ attribute }},
        {% endfor %}
        max(coalesce(is_conflict and attribute not in ('email', 'phone'), false)) as has_conflict
    from attributes
    where is_winner
    group by contact_key

),

final as (

    select
        people.contact_key,
        winners.first_name,
        winners.last_name,
        winners.email as primary_email,
        winners.phone as primary_phone,
        winners.linkedin,
        {{ company_key('winners.company_domain', 'winners.company_name') }} as company_key,
        winners.company_name,
        winners.company_domain,
        winners.job_title,
        winners.seniority,
        winners.department,
        md5({{ address_key('winners.address', 'winners.zip') }}) as household_key,
        winners.address,
        winners.city,
        winners.state,
        winners.zip,
        case when left(winners.zip_plus4, 5) = winners.zip then winners.zip_plus4 end as zip_plus4,
        winners.country,
        winners.gender,
        cast(winners.birth_year as integer) as birth_year,
        winners.age_range,
        winners.marital_status,
        winners.home_owner,
        cast(winners.has_children as boolean) as has_children,
        cast(winners.is_veteran as boolean) as is_veteran,
        winners.occupation,
        winners.credit_range,
        winners.income_range,
        winners.net_worth_range,
        coalesce(winners.has_conflict, false) as has_conflict,
        people.source_vendors,
        people.vendor_count,
        people.evidence_count,
        people.first_seen_at,
        people.last_seen_at
    from people
    left join winners on people.contact_key = winners.contact_key

)

select * from final
