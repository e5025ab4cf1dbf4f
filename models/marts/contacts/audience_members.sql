-- Grain: one row per audience and member. Healthcare providers are apart: they carry no contact_key, and no other mart of people
-- knows them (int_contacts__profiles leaves them out). What a home is like stands here by member and in contact_attributes.
with members as (

    select * from {{ ref('stg_bigdbm__audience_members') }}

),

profiles as (

    select * from {{ ref('int_contacts__profiles') }}
    where source = 'bigdbm.audience_members'

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

people as (

    select
        profiles.record_id,
        clusters.contact_key
    from profiles
    inner join clusters on profiles.evidence_id = clusters.evidence_id

),

final as (

    select
        members.record_id,
        members.audience_id,
        members.vendor,
        members.audience_type,
        people.contact_key,
        coalesce(members.vendor_person_id, members.vendor_contact_id, members.provider_npi) as vendor_member_id,
        case when members.audience_type = 'healthcare' then members.first_name end as provider_first_name,
        case when members.audience_type = 'healthcare' then members.last_name end as provider_last_name,
        members.provider_specialty,
        members.provider_taxonomy_code,
        members.city,
        members.state,
        members.home_built_year,
        members.home_living_sqft,
        members.home_bedrooms,
        members.is_owner_occupied,
        members.home_value,
        members.property_type,
        members.home_land_sqft,
        members.home_full_baths,
        members.home_half_baths,
        members.home_three_quarter_baths,
        members.has_fireplace,
        members.residence_years,
        members.home_sale_amount,
        members.home_sale_date,
        members.mortgage_amount,
        members.mortgage_date,
        members.mortgage_type,
        members.mortgage_lender,
        members.mortgage_interest_rate,
        members.mortgage_term,
        members.mortgage_loan_to_value,
        members.fetched_at as read_at
    from members
    left join people on members.record_id = people.record_id

)

select * from final
