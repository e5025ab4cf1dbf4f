-- Grain: one row per staged record that describes a person (an intent row without employer or address describes none).
-- evidence_id is the vendor's own idea of the person (its person id), or the record where the vendor has none; where two
-- people hide behind one id, int_contacts__profiles tells them apart. Values are trimmed, vendors' codes mapped, nothing is
-- chosen.
with consumer_profiles as (

    select * from {{ ref('stg_bigdbm__consumer_profiles') }}

),

b2b_contacts as (

    select * from {{ ref('stg_bigdbm__b2b_contacts') }}

),

age_bands as (

    select * from {{ ref('stg_bigdbm__age_bands') }}

),

-- Healthcare providers are no consumers: they stay in the mart audience_members.
audience_members as (

    select * from {{ ref('stg_bigdbm__audience_members') }}
    where audience_type <> 'healthcare'

),

enrichments as (

    select * from {{ ref('stg_contactbased__enrichments') }}

),

exactbuyer_contacts as (

    select * from {{ ref('stg_exactbuyer__contacts') }}

),

first_party as (

    select * from {{ ref('stg_contactable__first_party') }}

),

signals as (

    select * from {{ ref('int_intent__signals') }}

),

states as (

    select * from {{ ref('us_states') }}

),

levels as (

    select * from {{ ref('seniority_levels') }}

),

codes as (

    select * from {{ ref('code_values') }}

),

no_names as (

    select value from {{ ref('placeholder_values') }}
    where kind = 'name'

),

-- Domains that name no employer.
no_domains as (

    select domain from {{ ref('free_mail_domains') }}

    union

    select value as domain from {{ ref('placeholder_values') }}
    where kind = 'domain'

),

suffixes as (

    select suffix from {{ ref('public_suffixes') }}

),

no_companies as (

    select value from {{ ref('placeholder_values') }}
    where kind = 'company'

),

bigdbm_consumer as (

    select
        {{ profile_columns(
            'bigdbm.consumer_profiles',
            given={
                'evidence_id': "coalesce('bigdbm:' || vendor_person_id, record_id)",
                'person_ref': 'vendor_person_id',
                'person_ref_type': "'bigdbm_id'",
                'phone_type': "'mobile'",
                'birth_year': 'coalesce(birth_year, ' ~ birth_year_of_age('age') ~ ')',
            },
            same=[
                'first_name', 'last_name', 'address', 'city', 'state', 'zip', 'zip4', 'emails', 'phones', 'gender',
                'has_children', 'is_veteran', 'marital_status', 'occupation', 'home_owner', 'credit_range', 'income_range',
                'net_worth_range',
            ],
        ) }}
    from consumer_profiles
    where is_match

),

bigdbm_b2b as (

    select
        {{ profile_columns(
            'bigdbm.b2b_contacts',
            given={
                'evidence_id': "coalesce('bigdbm:b2b:' || vendor_contact_id, record_id)",
                'as_of': 'as_of',
                'person_ref': 'vendor_contact_id',
                'person_ref_type': "'bigdbm_b2b_id'",
                'phone': 'direct_phone',
                'phone_type': "'work'",
                'company_size': 'employee_range',
                'company_revenue': 'revenue_range',
                'company_year_founded': 'year_founded',
                'seniority': 'job_level',
                'department': 'job_function',
            },
            same=[
                'first_name', 'last_name', 'emails', 'linkedin_url', 'company_name', 'company_domain', 'company_phone',
                'naics_code', 'job_title',
            ],
        ) }}
    from b2b_contacts
    where is_match

),

bigdbm_ages as (

    select
        {{ profile_columns(
            'bigdbm.age_bands',
            given={'evidence_id': hem_evidence_id('vendor', 'null', 'email_md5', 'null')},
            same=['age_range'],
        ) }}
    from age_bands
    where is_match

),

bigdbm_audiences as (

    select
        {{ profile_columns(
            'bigdbm.audience_members',
            given={
                'evidence_id': "coalesce('bigdbm:' || vendor_person_id, 'bigdbm:b2b:' || vendor_contact_id, record_id)",
                'as_of': 'as_of',
                'person_ref': 'coalesce(vendor_person_id, vendor_contact_id)',
                'person_ref_type': "case when vendor_person_id is not null then 'bigdbm_id' when vendor_contact_id is not null then 'bigdbm_b2b_id' end",
                'address': "case when audience_type <> 'b2b' then address end",
                'city': "case when audience_type <> 'b2b' then city end",
                'state': "case when audience_type <> 'b2b' then state end",
                'zip': "case when audience_type <> 'b2b' then zip end",
                'phone': 'direct_phone',
                'phone_type': "case when audience_type = 'b2b' then 'work' else 'mobile' end",
                'birth_year': birth_year_of_age('age'),
                'year_built': 'home_built_year',
                'home_value': 'try_cast(home_value as integer)',
                'company_size': 'employee_range',
                'company_revenue': 'revenue_range',
                'company_year_founded': 'year_founded',
                'seniority': 'job_level',
                'department': 'job_function',
            },
            same=[
                'first_name', 'last_name', 'emails', 'phones', 'linkedin_url', 'gender', 'has_children', 'is_veteran',
                'marital_status', 'occupation', 'home_owner', 'credit_range', 'income_range', 'net_worth_range',
                'company_name', 'company_domain', 'company_phone', 'naics_code', 'job_title',
            ],
        ) }}
    from audience_members

),

-- One row per bundle: each brings its own columns, the others are NULL.
contactbased as (

    select
        {{ profile_columns(
            'contactbased',
            given={
                'source': "'contactbased.' || bundle",
                'evidence_id': "'contactbased:' || contact_id",
                'person_ref': 'contact_id',
                'person_ref_type': "'contactbased_id'",
                'company_industry': 'industry',
                'causes': list_text('causes'),
                'interests': list_text('interests'),
                'purchase_categories': list_text('categories'),
            },
            same=[
                'first_name', 'last_name', 'address', 'city', 'state', 'zip', 'linkedin_url', 'gender', 'birth_year',
                'has_children', 'home_owner', 'credit_range', 'income_range', 'net_worth_range', 'company_name',
                'company_domain', 'job_title', 'seniority', 'department', 'county', 'dma', 'household_size',
                'home_value_range', 'dwelling_type', 'year_built', 'is_donor', 'is_investor',
            ],
        ) }}
    from enrichments
    where
        is_match
        and bundle is not null

),

exactbuyer as (

    select
        {{ profile_columns(
            'exactbuyer.contacts',
            given={
                'evidence_id': 'record_id',
                'state': 'region',
                'email': 'current_work_email',
                'emails': join_lists(['work_emails', 'personal_emails']),
            },
            same=[
                'first_name', 'last_name', 'city', 'country', 'linkedin_url', 'gender', 'birth_year', 'company_name',
                'company_domain', 'company_industry', 'company_size', 'job_title', 'seniority', 'department', 'job_start_date',
            ],
        ) }}
    from exactbuyer_contacts
    where is_match

),

listed as (

    select
        {{ profile_columns(
            'first_party',
            given={
                'evidence_id': 'row_key',
                'record_id': 'row_key',
                'vendor': "'first_party'",
                'observed_at': 'first_loaded_at',
                'as_of': 'first_loaded_at',
                'person_ref': 'external_id',
                'person_ref_type': "'first_party_id'",
            },
            same=[
                'first_name', 'last_name', 'address', 'city', 'state', 'zip', 'country', 'email', 'phone', 'linkedin_url',
                'maid', 'company_name', 'company_domain',
            ],
            is_staged=false,
        ) }}
    from first_party

),

-- The same person comes with every topic and daily run: one row per employer and title is enough.
leadpipe as (

    select
        {{ profile_columns(
            'leadpipe.audience_members',
            given={
                'record_id': 'min(record_id)',
                'vendor': 'min(vendor)',
                'observed_at': 'min(first_observed_at)',
                'as_of': 'cast(max(signal_date) as timestamp)',
            },
            same=['evidence_id', 'email', 'company_name', 'job_title'],
            is_staged=false,
        ) }}
    from signals
    where coalesce(email, company_name, job_title) is not null
    group by
        evidence_id,
        email,
        company_name,
        job_title

),

united as (

    {% for source in [
        'bigdbm_consumer', 'bigdbm_b2b', 'bigdbm_ages', 'bigdbm_audiences', 'contactbased', 'exactbuyer', 'listed', 'leadpipe',
    ] %}
        select * from {{ source }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- An employer named without its domain takes the domain of the address that came with it.
with_domains as (

    select
        *,
        coalesce(
            {{ normalise_domain('company_domain') }},
            case when company_name is not null then {{ normalise_domain("split_part(email, '@', 2)") }} end
        ) as employer_host
    from united

),

-- An employer is what it registered: its mail server and its shop are no employers of their own.
with_employers as (

    select
        with_domains.*,
        {{ registrable_domain('with_domains.employer_host', 'of_two.suffix', 'of_three.suffix') }} as employer_domain
    from with_domains
    left join suffixes as of_two on {{ domain_ending('with_domains.employer_host', 2) }} = of_two.suffix
    left join suffixes as of_three on {{ domain_ending('with_domains.employer_host', 3) }} = of_three.suffix

),

final as (

    select
        {% for column in [
            'evidence_id', 'record_id', 'vendor', 'source', 'question_key', 'subject_type', 'subject_value', 'observed_at',
            'as_of', 'person_ref', 'person_ref_type', 'emails', 'phone', 'phone_type', 'phones', 'birth_year',
            'has_children', 'is_veteran', 'credit_range', 'income_range', 'net_worth_range', 'company_industry',
            'company_size', 'company_revenue', 'company_year_founded', 'naics_code', 'department', 'job_start_date',
            'county', 'dma', 'household_size', 'home_value_range', 'dwelling_type', 'year_built', 'is_donor', 'causes',
            'interests', 'purchase_categories', 'is_investor', 'home_value', 'age_range',
        ] %}
            united.{{ column }},
        {% endfor %}
        case when no_first_names.value is null then {{ normalise_name('united.first_name') }} end as first_name,
        case when no_last_names.value is null then {{ normalise_name('united.last_name') }} end as last_name,
        {{ normalise_name('united.address') }} as address,
        {{ normalise_name('united.city') }} as city,
        case
            when length(trim(united.state)) = 2 then upper(trim(united.state))
            else coalesce(states.code, {{ normalise_name('united.state') }})
        end as state,
        {{ normalise_zip('united.zip') }} as zip,
        {{ zip_plus4('united.zip', 'united.zip4') }} as zip_plus4,
        {{ normalise_name('united.country') }} as country,
        {{ normalise_email('united.email') }} as email,
        {{ linkedin_slug('united.linkedin_url') }} as linkedin,
        {{ normalise_maid('united.maid') }} as maid,
        united.gender as vendor_gender,
        gender_codes.value as gender,
        united.marital_status as vendor_marital_status,
        marital_status_codes.value as marital_status,
        {{ normalise_name('united.occupation') }} as occupation,
        united.home_owner as vendor_home_owner,
        home_owner_codes.value as home_owner,
        case when no_companies.value is null then {{ normalise_name('united.company_name') }} end as company_name,
        case when no_domains.domain is null then united.employer_domain end as company_domain,
        {{ normalise_phone('united.company_phone') }} as company_phone,
        {{ normalise_name('united.job_title') }} as job_title,
        united.seniority as vendor_seniority,
        case when united.seniority is not null then coalesce(levels.seniority, 'unknown') end as seniority
    from with_employers as united
    left join states on lower(trim(united.state)) = lower(states.name)
    left join levels on lower(united.seniority) = levels.vendor_value
    {% for code in ['gender', 'marital_status', 'home_owner'] %}
        left join codes as {{ code }}_codes
            on
                lower(united.{{ code }}) = {{ code }}_codes.vendor_value
                and {{ code }}_codes.column_name = '{{ code }}'
    {% endfor %}
    left join no_names as no_first_names on lower(trim(united.first_name)) = no_first_names.value
    left join no_names as no_last_names on lower(trim(united.last_name)) = no_last_names.value
    left join no_domains on united.employer_domain = no_domains.domain
    left join no_companies on lower(trim(united.company_name)) = no_companies.value

)

select * from final
