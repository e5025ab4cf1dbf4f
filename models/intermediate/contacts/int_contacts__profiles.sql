-- Grain: one row per staged record that describes a person. evidence_id is the vendor's own idea of the person (its person id),
-- or the record where the vendor has none; an id that two people hide behind is split by name (int_identity__split_ids):
-- records of one evidence are about one person before any matching. A view: the split concerns a handful of records.
{{ config(materialized='view') }}

with records as (

    select * from {{ ref('int_contacts__records') }}

),

split_ids as (

    select * from {{ ref('int_identity__split_ids') }}

),

final as (

    select
        coalesce(split_ids.evidence_id, records.evidence_id) as evidence_id,
        records.record_id,
        records.vendor,
        records.source,
        records.question_key,
        records.subject_type,
        records.subject_value,
        records.observed_at,
        records.as_of,
        records.person_ref,
        records.person_ref_type,
        records.first_name,
        records.last_name,
        records.address,
        records.city,
        records.state,
        records.zip,
        records.zip_plus4,
        records.country,
        records.home_country,
        records.email,
        records.emails,
        records.phone,
        records.phone_type,
        records.phones,
        records.linkedin,
        records.linkedins,
        records.maid,
        records.vendor_gender,
        records.gender,
        records.birth_year,
        records.has_children,
        records.is_veteran,
        records.vendor_marital_status,
        records.marital_status,
        records.occupation,
        records.vendor_home_owner,
        records.home_owner,
        records.credit_range,
        records.income_range,
        records.net_worth_range,
        records.company_name,
        records.company_domain,
        records.company_industry,
        records.company_size,
        records.company_revenue,
        records.company_phone,
        records.company_year_founded,
        records.naics_code,
        records.job_title,
        records.vendor_seniority,
        records.seniority,
        records.department,
        records.job_start_date,
        records.county,
        records.dma,
        records.household_size,
        records.home_value_range,
        records.dwelling_type,
        records.year_built,
        records.is_donor,
        records.causes,
        records.interests,
        records.purchase_categories,
        records.education,
        records.social_profiles,
        records.vendor_last_seen_date,
        records.is_investor,
        records.home_value,
        records.age_range
    from records
    left join split_ids
        on
            records.evidence_id = split_ids.source_evidence_id
            and records.first_name is not distinct from split_ids.first_name
            and records.last_name is not distinct from split_ids.last_name

)

select * from final
