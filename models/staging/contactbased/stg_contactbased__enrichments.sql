-- Grain: one row per bundle and contact id asked, of the bundles that hold one record a contact (e-mails, phones, vehicles have
-- models of their own); is_match false where the vendor does not know the id. A column is NULL where its bundle lacks it.
{%- set columns = {} -%}
{%- for declared in columns_contactbased('enrichments').values() -%}
    {%- do columns.update(declared) -%}
{%- endfor %}
{%- set bundles = contactbased_bundles() | reject('in', ['emails', 'phones', 'auto']) | list %}
with kept as (

    {{ contactbased_bundle_records(bundles) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        bundle,
        is_match,
        subject_value as contact_id,
        {{ to_text(contactbased_field('first_name')) }} as first_name,
        {{ to_text(contactbased_field('last_name')) }} as last_name,
        {{ to_text(contactbased_field('gender')) }} as gender,
        {{ to_birth_year(contactbased_field('birth_year')) }} as birth_year,
        {{ to_text(contactbased_field('age_range')) }} as age_range,
        {{ to_text(contactbased_field('address')) }} as address,
        {{ to_text(contactbased_field('city')) }} as city,
        {{ to_text(contactbased_field('state')) }} as state,
        {{ to_text(contactbased_field('zip')) }} as zip,
        {{ to_text(contactbased_field('zip4')) }} as zip4,
        {{ to_text(contactbased_field('county')) }} as county,
        {{ to_double(contactbased_field('latitude')) }} as latitude,
        {{ to_double(contactbased_field('longitude')) }} as longitude,
        {{ to_text(contactbased_field('dma')) }} as dma,
        {{ to_text(contactbased_field('job_title')) }} as job_title,
        {{ to_text(contactbased_field('seniority')) }} as seniority,
        {{ to_text(contactbased_field('department')) }} as department,
        {{ to_text(contactbased_field('company_name')) }} as company_name,
        {{ to_text(contactbased_field('company_domain')) }} as company_domain,
        {{ to_text(contactbased_field('industry')) }} as industry,
        {{ to_text(contactbased_field('linkedin_url')) }} as linkedin_url,
        {{ to_integer(contactbased_field('household_size')) }} as household_size,
        {{ to_flag(contactbased_field('has_children')) }} as has_children,
        {{ to_text(contactbased_field('home_owner')) }} as home_owner,
        {{ to_text(contactbased_field('home_value_range')) }} as home_value_range,
        {{ to_text(contactbased_field('dwelling_type')) }} as dwelling_type,
        {{ to_integer(contactbased_field('year_built')) }} as year_built,
        {{ to_text(contactbased_field('credit_range')) }} as credit_range,
        {{ to_text(contactbased_field('income_range')) }} as income_range,
        {{ to_text(contactbased_field('net_worth_range')) }} as net_worth_range,
        {{ to_flag(contactbased_field('investor')) }} as is_investor,
        {{ to_flag(contactbased_field('is_donor')) }} as is_donor,
        case when bundle = 'donor' then {{ join_lists([json_texts('fields.causes')]) }} end as causes,
        case when bundle = 'interests' then {{ join_lists([json_texts('fields.interests')]) }} end as interests,
        case when bundle = 'purchases' then {{ join_lists([json_texts('fields.categories')]) }} end as categories,
        {{ to_date(contactbased_field('last_purchase_date'), 'fetched_at') }} as last_purchase_date
    from parsed

)

select * from final
