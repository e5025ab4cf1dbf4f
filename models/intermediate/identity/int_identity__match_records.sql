-- Grain: one row per evidence with a full name, where scoring is on; else none. What a score compares, each value the latest one.
with settings as (

    select * from {{ ref('int_identity__match_settings') }}

),

names as (

    select * from {{ ref('int_identity__names') }}

),

profiles as (

    select
        *,
        cast(observed_at as {{ engine_type('varchar') }}) || record_id as arrival
    from {{ ref('int_contacts__profiles') }}

),

identifiers as (

    select * from {{ ref('int_identity__identifiers') }}

),

described as (

    select
        profiles.evidence_id,
        max_by({{ address_key('profiles.address', 'profiles.zip') }}, profiles.arrival) as address,
        max_by(profiles.zip, profiles.arrival) as zip,
        max_by(profiles.state || '|' || {{ name_key('profiles.city') }}, profiles.arrival) as town,
        max_by({{ company_key('profiles.company_domain', 'profiles.company_name') }}, profiles.arrival) as employer
    from profiles
    inner join settings on settings.is_on
    group by profiles.evidence_id

),

vendor_ids as (

    select
        identifiers.evidence_id,
        max(identifiers.person_ref_type) as person_ref_type
    from identifiers
    inner join settings on settings.is_on
    group by identifiers.evidence_id

),

final as (

    select
        names.evidence_id,
        names.first_name_key as first_name,
        names.first_name_canonical as first_canonical,
        names.last_name_key as last_name,
        names.suffix_key as suffix,
        names.birth_year,
        described.address,
        described.zip,
        described.town,
        described.employer,
        vendor_ids.person_ref_type
    from names
    inner join described on names.evidence_id = described.evidence_id
    left join vendor_ids on names.evidence_id = vendor_ids.evidence_id
    where names.name_key is not null

)

select * from final
