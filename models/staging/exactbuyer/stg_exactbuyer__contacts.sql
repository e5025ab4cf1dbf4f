-- Grain: one row per subject asked; is_match false where the vendor found no person with all required fields.
with source as (

    select * from {{ ref('base_exactbuyer__contacts') }}

),

kept as (

    {{ keep_staged('source') }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_exactbuyer('contacts')) }} as fields
    from kept

),

profiles as (

    {{ unnest_list('parsed', json_list('fields.social_profiles'), ['record_id']) }}

),

addressed as (

    select
        *,
        coalesce(
            {{ to_text(json_text('item', '$.url')) }},
            case when {{ json_kind('item') }} = 'scalar' then {{ to_text(json_text('item')) }} end
        ) as url
    from profiles

),

linkedin as (

    select
        record_id,
        min_by(
            url,
            case
                when lower({{ json_text('item', '$.network') }}) = 'linkedin' then ordinal
                when {{ json_kind('item') }} = 'scalar' and lower({{ json_text('item') }}) like '%linkedin.com/in/%' then ordinal
            end
        ) as linkedin_url,
        {{ join_distinct('url') }} as social_profiles
    from addressed
    group by record_id

),

schools as (

    {{ unnest_list('parsed', json_list('fields.education'), ['record_id']) }}

),

educated as (

    select
        record_id,
        {{ join_distinct('school') }} as education
    from (
        select
            record_id,
            coalesce(
                {{ to_text(json_text('item', '$.school.name')) }},
                case when {{ json_kind('item') }} = 'scalar' then {{ to_text(json_text('item')) }} end
            ) as school
        from schools
    ) as named_schools
    group by record_id

),

opened as (

    select
        *,
        {{ parse_json('fields.location', {'city': 'text', 'region': 'text', 'country': 'text'}) }} as place,
        {{ parse_json('fields.employment', {
            'name': 'text',
            'domain': 'text',
            'size': 'text',
            'industry': 'text',
            'job': {'title': 'text', 'seniority': 'text', 'department': 'text', 'start_date': 'text'},
        }) }} as employer
    from parsed

),

final as (

    select
        {{ lineage_columns('opened') }},
        is_match,
        subject_type as field_type,
        {{ to_text('fields.full_name') }} as full_name,
        {{ to_text('fields.first_name') }} as first_name,
        {{ to_text('fields.last_name') }} as last_name,
        {{ to_text('fields.gender') }} as gender,
        {{ to_birth_year('fields.birth_year') }} as birth_year,
        {{ to_text('fields.current_work_email') }} as current_work_email,
        {{ join_lists([json_texts('fields.work_emails')]) }} as work_emails,
        {{ join_lists([json_texts('fields.personal_emails')]) }} as personal_emails,
        linkedin.linkedin_url,
        linkedin.social_profiles,
        educated.education,
        {{ to_text('place.city') }} as city,
        {{ to_text('place.region') }} as region,
        {{ to_text('place.country') }} as country,
        {{ to_text('employer.name') }} as company_name,
        {{ to_text('employer.domain') }} as company_domain,
        {{ to_text('employer.size') }} as company_size,
        {{ to_text('employer.industry') }} as company_industry,
        {{ to_text('employer.job.title') }} as job_title,
        {{ to_text('employer.job.seniority') }} as seniority,
        {{ to_text('employer.job.department') }} as department,
        {{ to_text('employer.job.start_date') }} as job_start_date
    from opened
    left join linkedin on opened.record_id = linkedin.record_id
    left join educated on opened.record_id = educated.record_id

)

select * from final
