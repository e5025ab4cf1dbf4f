-- Grain: one row per staged record that describes a person (an intent row without employer or address describes none).
-- evidence_id is the vendor's own idea of the person (its person id), or the record where the vendor has none; where two
-- people hide behind one id, int_contacts__profiles tells them apart. Values are trimmed, vendors' codes mapped, nothing is
-- chosen. A text that stands for no value (no letter and no digit in it, or in the seed placeholder_values) is NULL.
-- home_country: in whose notation the record writes numbers and postal codes: its own country's, else the list's (setting), else
-- the United States'; ZZ where its country is none that we know.
{# Columns of text, each with its kind in placeholder_values (beside the kind any). #}
{% set kinds = {
    'person_ref': 'id', 'first_name': 'name', 'last_name': 'name', 'address': 'address', 'city': 'place', 'state': 'place', 'zip': 'zip',
    'country': 'place', 'email': 'any', 'linkedin': 'linkedin', 'company_name': 'company', 'job_title': 'title', 'department': 'title',
    'occupation': 'title', 'company_industry': 'any', 'county': 'place',
} %}
{# Columns that are one text each, undressed with single blanks (normalise_name). #}
{% set texts = [
    'address', 'city', 'state', 'gender', 'marital_status', 'occupation', 'home_owner', 'company_name', 'job_title', 'department',
    'company_industry', 'county', 'person_ref', 'first_name', 'last_name', 'country',
] %}
{% set is_reversed = 'whole_names.is_capitals and second_names.name is not null and first_names.name is null' %}
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

countries as (

    select * from {{ ref('countries') }}

),

no_values as (

    {% for kind in kinds.values() | unique %}
        select distinct
            '{{ kind }}' as kind,
            {{ placeholder_key('value') }} as value_key
        from {{ ref('placeholder_values') }}
        where kind in ('any', '{{ kind }}')
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- Domains that name no employer.
no_domains as (

    select domain from {{ ref('free_mail_domains') }}

    union

    select value as domain from {{ ref('placeholder_values') }}
    where kind = 'domain'

),

-- Where others have their pages.
platforms as (

    select * from {{ ref('web_platforms') }}

),

suffixes as (

    select suffix from {{ ref('public_suffixes') }}

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
                'vendor_last_seen_date': 'last_seen_date',
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
                'vendor_last_seen_date': 'last_seen_date',
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
                'first_name': 'coalesce(first_name, ' ~ first_name_of('full_name') ~ ')',
                'last_name': 'coalesce(last_name, ' ~ last_name_of('full_name') ~ ')',
                'state': 'region',
                'email': 'current_work_email',
                'emails': join_lists(['work_emails', 'personal_emails']),
            },
            same=[
                'city', 'country', 'linkedin_url', 'gender', 'birth_year', 'company_name',
                'company_domain', 'company_industry', 'company_size', 'job_title', 'seniority', 'department', 'job_start_date',
                'education', 'social_profiles',
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
                'first_name', 'last_name', 'full_name', 'address', 'city', 'state', 'zip', 'country', 'email', 'phone', 'linkedin_url',
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

-- A whole name in one column: the other column is empty, or there is one for whole names.
whole_names as (

    select
        whole_name,
        {{ name_key("split_part(whole_name, ' ', 1)") }} as first_word,
        {{ name_key("split_part(whole_name, ' ', 2)") }} as second_word,
        whole_name = upper(whole_name)
        and whole_name <> lower(whole_name)
        and not contains(whole_name, ',')
        and length(whole_name) - length(replace(whole_name, ' ', '')) = 1 as is_capitals
    from (
        select distinct {{ normalise_name(uncut_name()) }} as whole_name
        from united
        where {{ uncut_name() }} is not null
    ) as written
    where whole_name is not null

),

given_names as (

    select name from {{ ref('given_names') }}

    union

    select nickname as name from {{ ref('nicknames') }}

),

-- JOHN SMITH, but SMITH JOHN where only the second word is known as a given name. A word behind given names that is one itself
-- (Mary Ann) makes no whole name, unless the column is for whole names.
cut_names as (

    select
        whole_names.whole_name,
        case
            when {{ is_reversed }} then split_part(whole_names.whole_name, ' ', 2)
            else {{ first_name_of('whole_names.whole_name') }}
        end as given_name,
        case
            when {{ is_reversed }} then split_part(whole_names.whole_name, ' ', 1)
            else {{ last_name_of('whole_names.whole_name') }}
        end as family_name,
        second_names.name is not null and first_names.name is not null as are_given_names
    from whole_names
    left join given_names as first_names on whole_names.first_word = first_names.name
    left join given_names as second_names on whole_names.second_word = second_names.name

),

-- Country first: it says how numbers and postal codes are written.
placed as (

    select
        united.*,
        cut_names.given_name,
        cut_names.family_name,
        countries.country as country_code,
        case
            when {{ name_key('united.country') }} is null or no_countries.value_key is not null
                then coalesce(
                    case when united.vendor = 'first_party' then {{ setting('first_party.country', engine_type('varchar')) }} end,
                    'US'
                )
            else coalesce(countries.country, 'ZZ')
        end as home_country
    from united
    left join cut_names
        on
            {{ normalise_name(uncut_name()) }} = cut_names.whole_name
            and (united.full_name is not null or not cut_names.are_given_names)
    left join countries on {{ name_key('united.country') }} = countries.spelling
    left join no_values as no_countries
        on
            no_countries.kind = 'place'
            and {{ placeholder_key('united.country') }} = no_countries.value_key

),

spelled as (

    select
        *,
        {{ change_each(texts, 'cell', normalise_name('cell')) }} as texts
    from placed

),

normal as (

    select
        {% for column in [
            'evidence_id', 'record_id', 'vendor', 'source', 'question_key', 'subject_type', 'subject_value', 'observed_at',
            'as_of', 'person_ref_type', 'emails', 'phone', 'phone_type', 'phones', 'birth_year',
            'has_children', 'is_veteran', 'credit_range', 'income_range', 'net_worth_range',
            'company_size', 'company_revenue', 'company_year_founded', 'naics_code', 'job_start_date',
            'dma', 'household_size', 'home_value_range', 'dwelling_type', 'year_built', 'is_donor', 'causes',
            'interests', 'purchase_categories', 'is_investor', 'home_value', 'age_range', 'home_country', 'seniority',
            'education', 'social_profiles', 'vendor_last_seen_date',
        ] %}
            {{ column }},
        {% endfor %}
        {% for column in texts[:-4] %}
            {{ nth_element('texts', loop.index) }} as {{ column }},
        {% endfor %}
        {#- Of an id that a spreadsheet cut, two people have the same beginning. #}
        case when not {{ digits_are_lost(nth_element('texts', -4)) }} then {{ nth_element('texts', -4) }} end as person_ref,
        coalesce(given_name, case when family_name is null then {{ nth_element('texts', -3) }} end) as first_name,
        coalesce(family_name, case when given_name is null then {{ nth_element('texts', -2) }} end) as last_name,
        coalesce(country_code, {{ nth_element('texts', -1) }}) as country,
        {{ normalise_zip('zip', 'home_country') }} as zip,
        case when home_country = 'US' then {{ zip_plus4('zip', 'zip4') }} end as zip_plus4,
        {{ emails_in('email') }} as email_cell,
        {{ linkedin_slugs_in('linkedin_url') }} as linkedin_cell,
        {{ normalise_maid('maid') }} as maid,
        {#- Maps and search results stand on the search engine's own host. #}
        {{ domains_in(replace_all(
            'company_domain', '(?i)google[.][a-z.]+/(maps|search|url|local)', 'maps.google.com/'
        )) }} as company_hosts,
        {{ normalise_phone('company_phone', 'home_country') }} as company_phone
    from spelled

),

-- Of several values in one cell the first is the record's; the others are the person's, too.
first_of_cells as (

    select
        *,
        {{ first_element('email_cell') }} as email,
        {{ first_element('linkedin_cell') }} as linkedin,
        case when {{ list_size('linkedin_cell') }} > 1 then linkedin_cell end as linkedins,
        {{ first_element('company_hosts') }} as company_host,
        {{ nth_element('company_hosts', -1) }} as last_host
    from normal

),

-- An employer named without its domain takes the domain of the address that came with it. Of several web addresses the first
-- that is no page counts, as the last may be.
with_domains as (

    select
        first_of_cells.*,
        coalesce(
            case when platforms.kind = 'page' then first_of_cells.last_host else first_of_cells.company_host end,
            case when company_name is not null then {{ normalise_domain("split_part(email, '@', 2)") }} end
        ) as employer_host
    from first_of_cells
    left join platforms on {{ domain_ending('first_of_cells.company_host', 2) }} = platforms.domain

),

-- An employer is what it registered: its mail server and its shop are no employers of their own.
with_employers as (

    select
        with_domains.*,
        case
            when platform_of_two.domain is null and platform_of_three.domain is null
                then {{ registrable_domain('with_domains.employer_host', 'of_two.suffix', 'of_three.suffix') }}
            -- Its own people are named as it is.
            when
                platform_of_two.domain = with_domains.employer_host
                and {{ company_name_key('with_domains.company_name') }} in (
                    split_part(platform_of_two.domain, '.', 1), replace(platform_of_two.domain, '.', '')
                )
                then platform_of_two.domain
            when platform_of_two.kind = 'page' or platform_of_three.kind = 'page' then null
            when platform_of_three.domain <> with_domains.employer_host
                then {{ domain_ending('with_domains.employer_host', 4) }}
            when platform_of_two.domain <> with_domains.employer_host
                then {{ domain_ending('with_domains.employer_host', 3) }}
        end as employer_domain
    from with_domains
    left join platforms as platform_of_two
        on {{ domain_ending('with_domains.employer_host', 2) }} = platform_of_two.domain
    left join platforms as platform_of_three
        on
            {{ domain_ending('with_domains.employer_host', 3) }} = platform_of_three.domain
            and platform_of_three.domain <> coalesce(platform_of_two.domain, '')
    left join suffixes as of_two on {{ domain_ending('with_domains.employer_host', 2) }} = of_two.suffix
    left join suffixes as of_three on {{ domain_ending('with_domains.employer_host', 3) }} = of_three.suffix

),

final as (

    select
        {% for column in [
            'record_id', 'vendor', 'source', 'question_key', 'subject_type', 'subject_value', 'observed_at',
            'as_of', 'phone', 'phone_type', 'phones', 'linkedins', 'birth_year',
            'has_children', 'is_veteran', 'credit_range', 'income_range', 'net_worth_range',
            'company_size', 'company_revenue', 'company_phone', 'company_year_founded', 'naics_code', 'job_start_date',
            'dma', 'household_size', 'home_value_range', 'dwelling_type', 'year_built', 'is_donor', 'causes',
            'interests', 'purchase_categories', 'is_investor', 'home_value', 'age_range', 'home_country', 'zip_plus4', 'maid',
            'education', 'social_profiles', 'vendor_last_seen_date',
        ] %}
            employed.{{ column }},
        {% endfor %}
        {% for column in kinds if column != 'state' %}
            case when no_{{ column }}.value_key is null then employed.{{ column }} end as {{ column }},
        {% endfor %}
        case
            when {{ list_size('employed.email_cell') }} <= 1 or employed.email_cell is null then employed.emails
            when employed.emails is null then employed.email_cell
            else {{ join_lists(['employed.emails', 'employed.email_cell']) }}
        end as emails,
        case when no_person_ref.value_key is null then employed.evidence_id else employed.record_id end as evidence_id,
        case
            when no_person_ref.value_key is null and employed.person_ref is not null then employed.person_ref_type
        end as person_ref_type,
        case
            when no_state.value_key is not null then null
            when length(employed.state) = 2 then upper(employed.state)
            else coalesce(states.code, employed.state)
        end as state,
        employed.gender as vendor_gender,
        gender_codes.value as gender,
        employed.marital_status as vendor_marital_status,
        marital_status_codes.value as marital_status,
        employed.home_owner as vendor_home_owner,
        home_owner_codes.value as home_owner,
        case when no_domains.domain is null then employed.employer_domain end as company_domain,
        employed.seniority as vendor_seniority,
        case when employed.seniority is not null then coalesce(levels.seniority, 'unknown') end as seniority
    from with_employers as employed
    left join states on lower(employed.state) = lower(states.name)
    left join levels on lower(employed.seniority) = levels.vendor_value
    {% for code in ['gender', 'marital_status', 'home_owner'] %}
        left join codes as {{ code }}_codes
            on
                lower(employed.{{ code }}) = {{ code }}_codes.vendor_value
                and {{ code }}_codes.column_name = '{{ code }}'
    {% endfor %}
    {% for column, kind in kinds.items() %}
        left join no_values as no_{{ column }}
            on
                no_{{ column }}.kind = '{{ kind }}'
                and {{ placeholder_key('employed.' ~ column) }} = no_{{ column }}.value_key
    {% endfor %}
    left join no_domains on employed.employer_domain = no_domains.domain

)

select * from final
