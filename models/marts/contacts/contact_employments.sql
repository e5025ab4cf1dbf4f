-- Grain: one row per person, employer, job title and vendor: every employment of every source, the current one marked.
-- An employer named without its domain is the one of this name whose domain another record of the person gives, if there is one:
-- Acme, Inc. is acme.example.
with profiles as (

    select * from {{ ref('int_contacts__profiles') }}

),

past as (

    select * from {{ ref('stg_exactbuyer__contact_employments') }}
    where not is_current

),

suffixes as (

    select suffix from {{ ref('public_suffixes') }}

),

past_hosts as (

    select
        *,
        {{ normalise_domain('company_domain') }} as host
    from past

),

levels as (

    select * from {{ ref('seniority_levels') }}

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

contacts as (

    select * from {{ ref('contacts') }}

),

stated as (

    select
        evidence_id,
        vendor,
        record_id,
        company_name,
        company_domain,
        job_title,
        seniority,
        department,
        job_start_date as start_date,
        cast(null as {{ engine_type('varchar') }}) as end_date,
        false as is_past,
        observed_at,
        vendor_last_seen_date,
        as_of
    from profiles
    where coalesce(company_name, company_domain) is not null

    union all

    select
        past.contact_record_id as evidence_id,
        past.vendor,
        past.record_id,
        {{ normalise_name('past.company_name') }} as company_name,
        {{ registrable_domain('past.host', 'of_two.suffix', 'of_three.suffix') }} as company_domain,
        {{ normalise_name('past.job_title') }} as job_title,
        case when past.seniority is not null then coalesce(levels.seniority, 'unknown') end as seniority,
        past.department,
        past.start_date,
        past.end_date,
        true as is_past,
        past.fetched_at as observed_at,
        cast(null as date) as vendor_last_seen_date,
        past.fetched_at as as_of
    from past_hosts as past
    left join levels on lower(past.seniority) = levels.vendor_value
    left join suffixes as of_two on {{ domain_ending('past.host', 2) }} = of_two.suffix
    left join suffixes as of_three on {{ domain_ending('past.host', 3) }} = of_three.suffix
    where coalesce(past.company_name, past.company_domain) is not null

),

named as (

    select
        clusters.contact_key,
        stated.*,
        {{ company_name_key('stated.company_name') }} as employer_name_key
    from stated
    inner join clusters on stated.evidence_id = clusters.evidence_id

),

known_domains as (

    select
        contact_key,
        employer_name_key,
        min(company_domain) as company_domain
    from named
    where
        company_domain is not null
        and employer_name_key is not null
        and not is_past
    group by
        contact_key,
        employer_name_key
    having min(company_domain) = max(company_domain)

),

keyed as (

    select
        named.*,
        {{ company_key('coalesce(named.company_domain, known_domains.company_domain)', 'named.company_name') }} as company_key,
        cast(named.as_of as {{ engine_type('varchar') }}) || named.record_id as arrival
    from named
    left join known_domains
        on
            named.contact_key = known_domains.contact_key
            and named.employer_name_key = known_domains.employer_name_key

),

grouped as (

    select
        contact_key,
        company_key,
        vendor,
        job_title,
        max_by(company_name, arrival) as company_name,
        max(company_domain) as company_domain,
        max_by(seniority, arrival) as seniority,
        max_by(department, arrival) as department,
        max(start_date) as start_date,
        max(end_date) as end_date,
        min(is_past) as is_past,
        max_by(record_id, arrival) as record_id,
        min(observed_at) as first_seen_at,
        max(observed_at) as last_seen_at,
        max(vendor_last_seen_date) as vendor_last_seen_date,
        max(as_of) as as_of
    from keyed
    where company_key is not null
    group by
        contact_key,
        company_key,
        vendor,
        job_title

),

final as (

    select
        md5(
            grouped.contact_key || '|' || grouped.company_key || '|' || grouped.vendor || '|' || coalesce(grouped.job_title, '')
        ) as employment_key,
        grouped.contact_key,
        grouped.company_key,
        grouped.vendor,
        grouped.company_name,
        grouped.company_domain,
        grouped.job_title,
        grouped.seniority,
        grouped.department,
        grouped.start_date,
        grouped.end_date,
        grouped.is_past,
        not grouped.is_past and coalesce(grouped.company_key = contacts.company_key, false) as is_current,
        grouped.record_id,
        grouped.first_seen_at,
        grouped.last_seen_at,
        grouped.vendor_last_seen_date,
        grouped.as_of
    from grouped
    inner join contacts on grouped.contact_key = contacts.contact_key

)

select * from final
