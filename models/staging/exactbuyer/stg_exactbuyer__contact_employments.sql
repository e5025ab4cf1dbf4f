-- Grain: one row per enriched contact and employment: the current one (ordinal 0) and those the vendor lists beside it.
with source as (

    select * from {{ ref('base_exactbuyer__contacts') }}

),

kept as (

    {{ keep_staged('source', matches_only=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_exactbuyer('contacts')) }} as fields
    from kept

),

experiences as (

    {{ unnest_list('parsed', json_list('fields.experiences'), ['record_id']) }}

),

listed as (

    select
        record_id,
        0 as place,
        fields.employment as employment
    from parsed
    where {{ json_kind('fields.employment') }} = 'object'

    union all

    select
        record_id,
        ordinal as place,
        item as employment
    from experiences

),

opened as (

    select
        parsed.*,
        listed.place,
        {{ parse_json('listed.employment', {
            'name': 'text',
            'domain': 'text',
            'size': 'text',
            'industry': 'text',
            'job': {'title': 'text', 'seniority': 'text', 'department': 'text', 'start_date': 'text', 'end_date': 'text'},
        }) }} as element
    from parsed
    inner join listed on parsed.record_id = listed.record_id

),

final as (

    select
        {{ lineage_columns() }},
        record_id as contact_record_id,
        place as ordinal,
        place = 0 as is_current,
        {{ to_text('element.name') }} as company_name,
        {{ to_text('element.domain') }} as company_domain,
        {{ to_text('element.size') }} as company_size,
        {{ to_text('element.industry') }} as company_industry,
        {{ to_text('element.job.title') }} as job_title,
        {{ to_text('element.job.seniority') }} as seniority,
        {{ to_text('element.job.department') }} as department,
        {{ to_text('element.job.start_date') }} as start_date,
        {{ to_text('element.job.end_date') }} as end_date
    from opened

)

select * from final
