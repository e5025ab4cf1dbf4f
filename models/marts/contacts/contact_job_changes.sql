-- Grain: one row per person and change of employer or title that records witness.
--   new_employer  from the employer before to the next one, the last of them the one that won (contact_employments.is_current)
--   new_title     another title at the same employer
--   left          listed as past, and no source names another employer
-- Vendors that contradict each other are no change: a vendor that still shows the former employer does not bring the person back.
-- What witnesses that an employer was before another (witness, the strongest first):
--   told_as_past  a record lists it as a former employment
--   same_vendor   one vendor named it before, and had stopped naming it when it first named the other
--   start_date    the other one began, by its record, after we had heard of this one
--   belief        we had heard of this one 30 days or more before any source named the other. Records of different vendors within
--                 a month are one picture that contradicts itself, not a change (2026-11-21: vendors refresh business data
--                 monthly).
{% set belief_days = 30 %}

with employments as (

    select
        *,
        greatest(last_seen_at, as_of) as last_told_at,
        {{ job_title_key('job_title') }} as job_title_key
    from {{ ref('contact_employments') }}

),

employers as (

    select
        contact_key,
        company_key,
        max_by(company_name, {{ arrival('as_of', 'employment_key') }}) as company_name,
        max(company_domain) as company_domain,
        max_by(job_title, case when job_title is not null then {{ arrival('as_of', 'employment_key') }} end)
            as job_title,
        {{ join_distinct('vendor') }} as source_vendors,
        cast(count(distinct vendor) as integer) as vendor_count,
        max(is_current) as is_current,
        max(is_past) as is_past,
        min(is_past) as is_only_past,
        max(start_date) as start_date,
        max(end_date) as end_date,
        min(first_seen_at) as first_seen_at
    from employments
    group by
        contact_key,
        company_key

),

current_employers as (

    select
        contact_key,
        company_key,
        start_date,
        first_seen_at
    from employers
    where is_current

),

by_vendor as (

    select
        contact_key,
        company_key,
        vendor,
        min(first_seen_at) as first_seen_at,
        max(last_told_at) as last_told_at
    from employments
    where not is_past
    group by
        contact_key,
        company_key,
        vendor

),

corrected as (

    select distinct
        former.contact_key,
        former.company_key
    from current_employers
    inner join by_vendor as latter
        on
            current_employers.contact_key = latter.contact_key
            and current_employers.company_key = latter.company_key
    inner join by_vendor as former
        on
            latter.contact_key = former.contact_key
            and latter.vendor = former.vendor
            and latter.company_key <> former.company_key
            and latter.first_seen_at > former.last_told_at

),

-- Of each employer: whether and by what it is known to be before the one that won.
witnessed as (

    select
        employers.*,
        case
            when employers.is_current then 'current'
            when employers.is_past then 'told_as_past'
            when corrected.company_key is not null then 'same_vendor'
            when current_employers.start_date > cast(employers.first_seen_at as {{ engine_type('varchar') }}) then 'start_date'
            when {{ days_between('employers.first_seen_at', 'current_employers.first_seen_at') }} >= {{ belief_days }}
                then 'belief'
        end as witness
    from employers
    left join current_employers on employers.contact_key = current_employers.contact_key
    left join corrected
        on
            employers.contact_key = corrected.contact_key
            and employers.company_key = corrected.company_key

),

-- From the oldest to the one that won.
ordered as (

    select
        *,
        row_number() over (
            partition by contact_key
            order by
                case when is_current then 1 else 0 end,
                coalesce(start_date, end_date, cast(first_seen_at as {{ engine_type('varchar') }})),
                first_seen_at,
                company_key
        ) as place,
        max(is_current) over (partition by contact_key) as has_current
    from witnessed
    where witness is not null

),

-- A person with an employer that no source lists as past has not left.
employed as (

    select distinct contact_key
    from employers
    where not is_only_past

),

new_employers as (

    select
        latter.contact_key,
        'new_employer' as change_type,
        former.company_key as from_company_key,
        former.company_name as from_company_name,
        former.job_title as from_job_title,
        latter.company_key as to_company_key,
        latter.company_name as to_company_name,
        latter.job_title as to_job_title,
        coalesce(latter.start_date, former.end_date) as changed_on,
        latter.first_seen_at,
        latter.source_vendors,
        latter.vendor_count,
        former.witness
    from ordered as latter
    inner join ordered as former
        on
            latter.contact_key = former.contact_key
            and latter.place = former.place + 1

),

departures as (

    select
        ordered.contact_key,
        'left' as change_type,
        ordered.company_key as from_company_key,
        ordered.company_name as from_company_name,
        ordered.job_title as from_job_title,
        cast(null as {{ engine_type('varchar') }}) as to_company_key,
        cast(null as {{ engine_type('varchar') }}) as to_company_name,
        cast(null as {{ engine_type('varchar') }}) as to_job_title,
        ordered.end_date as changed_on,
        ordered.first_seen_at,
        ordered.source_vendors,
        ordered.vendor_count,
        ordered.witness
    from ordered
    left join ordered as later
        on
            ordered.contact_key = later.contact_key
            and ordered.place = later.place - 1
    left join employed on ordered.contact_key = employed.contact_key
    where
        later.contact_key is null
        and employed.contact_key is null
        and not ordered.has_current

),

titles as (

    select
        contact_key,
        company_key,
        vendor,
        job_title_key,
        max_by(job_title, {{ arrival('as_of', 'employment_key') }}) as job_title,
        max_by(company_name, {{ arrival('as_of', 'employment_key') }}) as company_name,
        min(is_past) as is_past,
        max(start_date) as start_date,
        min(first_seen_at) as first_seen_at,
        max(last_told_at) as last_told_at
    from employments
    where job_title_key is not null
    group by
        contact_key,
        company_key,
        vendor,
        job_title_key

),

titles_in_order as (

    select
        *,
        row_number() over (
            partition by contact_key, company_key, vendor
            order by
                case when is_past then 0 else 1 end,
                case when is_past then start_date end,
                first_seen_at,
                job_title_key
        ) as place
    from titles

),

title_pairs as (

    select
        latter.contact_key,
        latter.company_key,
        latter.vendor,
        former.job_title_key as from_key,
        latter.job_title_key as to_key,
        former.job_title as from_job_title,
        latter.job_title as to_job_title,
        latter.company_name,
        latter.start_date as changed_on,
        latter.first_seen_at,
        case when former.is_past then 'told_as_past' else 'same_vendor' end as witness
    from titles_in_order as latter
    inner join titles_in_order as former
        on
            latter.contact_key = former.contact_key
            and latter.company_key = former.company_key
            and latter.vendor = former.vendor
            and latter.place = former.place + 1
    where
        former.is_past
        or latter.first_seen_at > former.last_told_at

),

new_titles as (

    select
        contact_key,
        'new_title' as change_type,
        company_key as from_company_key,
        min(company_name) as from_company_name,
        min(from_job_title) as from_job_title,
        company_key as to_company_key,
        min(company_name) as to_company_name,
        min(to_job_title) as to_job_title,
        max(changed_on) as changed_on,
        min(first_seen_at) as first_seen_at,
        {{ join_distinct('vendor') }} as source_vendors,
        cast(count(distinct vendor) as integer) as vendor_count,
        max(witness) as witness
    from title_pairs
    group by
        contact_key,
        company_key,
        from_key,
        to_key

),

united as (

    select * from new_employers

    union all

    select * from departures

    union all

    select * from new_titles

),

final as (

    select
        md5(
            contact_key || '|' || change_type || '|' || coalesce(from_company_key, '') || '|' || coalesce(to_company_key, '')
            || '|'
            || case
                when change_type = 'new_title' then coalesce(from_job_title, '') || '|' || coalesce(to_job_title, '') else ''
            end
        ) as change_key,
        contact_key,
        change_type,
        from_company_key,
        from_company_name,
        from_job_title,
        to_company_key,
        to_company_name,
        to_job_title,
        changed_on,
        first_seen_at,
        source_vendors,
        vendor_count,
        witness
    from united

)

select * from final
