-- Grain: one row per household and person: who lives there, and who did. A shared household does not merge people.
-- By address: the address that won for the person is the home today; every other street address of the person is a former one,
-- left when the home of today was first heard of (NULL where that was before). Addresses that their vendor refutes do not count.
-- By landline: a person without a home address who shares a landline with people of exactly one household belongs to it.
-- Employers' main lines and numbers that are cut as shared by many (int_identity__cuts) do not count.
with contacts as (

    select * from {{ ref('contacts') }}

),

claims as (

    select
        contact_key,
        md5(own_key) as household_key,
        vendor,
        is_refuted,
        first_seen_at,
        last_seen_at
    from {{ ref('int_contacts__claims') }}
    where
        claim = 'location'
        and level = 0
        and right(own_key, length(value_4) + 1) = '|' || value_4

),

phones as (

    select * from {{ ref('int_contacts__phones') }}
    where phone_type = 'landline'

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

cuts as (

    select * from {{ ref('int_identity__cuts') }}
    where
        action = 'cut'
        and node_type = 'phone'

),

companies as (

    select distinct phone
    from {{ ref('companies') }}
    where phone is not null

),

residences as (

    select
        contact_key,
        household_key,
        {{ join_distinct('vendor') }} as source_vendors,
        cast(count(distinct vendor) as integer) as vendor_count,
        min(is_refuted) as is_refuted,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from claims
    group by
        contact_key,
        household_key

),

home_numbers as (

    select
        clusters.contact_key,
        phones.phone,
        {{ join_distinct('phones.vendor') }} as source_vendors,
        cast(count(distinct phones.vendor) as integer) as vendor_count,
        min(phones.first_observed_at) as first_seen_at,
        max(phones.last_observed_at) as last_seen_at
    from phones
    inner join clusters on phones.evidence_id = clusters.evidence_id
    left join companies on phones.phone = companies.phone
    left join cuts on 'phone:' || phones.phone = cuts.node
    where
        companies.phone is null
        and cuts.node is null
    group by
        clusters.contact_key,
        phones.phone

),

placed_numbers as (

    select
        home_numbers.*,
        contacts.household_key,
        min(contacts.household_key) over (partition by home_numbers.phone) as one_household,
        max(contacts.household_key) over (partition by home_numbers.phone) as other_household,
        count(contacts.household_key) over (partition by home_numbers.phone, contacts.household_key) as sharers
    from home_numbers
    inner join contacts on home_numbers.contact_key = contacts.contact_key

),

shared_lines as (

    select distinct
        contact_key,
        household_key
    from placed_numbers
    where
        household_key is not null
        and sharers > 1

),

by_address as (

    select
        contacts.household_key,
        contacts.contact_key,
        true as is_current,
        case when shared_lines.contact_key is null then 'address' else 'address,landline' end as evidence,
        coalesce(residences.source_vendors, contacts.source_vendors) as source_vendors,
        coalesce(residences.vendor_count, contacts.vendor_count) as vendor_count,
        coalesce(residences.first_seen_at, contacts.first_seen_at) as first_seen_at,
        coalesce(residences.last_seen_at, contacts.last_seen_at) as last_seen_at,
        cast(null as timestamp) as left_at
    from contacts
    left join residences
        on
            contacts.contact_key = residences.contact_key
            and contacts.household_key = residences.household_key
    left join shared_lines on contacts.contact_key = shared_lines.contact_key
    where contacts.household_key is not null

),

former as (

    select
        residences.household_key,
        residences.contact_key,
        false as is_current,
        'address' as evidence,
        residences.source_vendors,
        residences.vendor_count,
        residences.first_seen_at,
        residences.last_seen_at,
        case when by_address.first_seen_at > residences.first_seen_at then by_address.first_seen_at end as left_at
    from residences
    inner join contacts on residences.contact_key = contacts.contact_key
    left join by_address on residences.contact_key = by_address.contact_key
    where
        not residences.is_refuted
        and (contacts.household_key is null or contacts.household_key <> residences.household_key)

),

by_landline as (

    select
        min(one_household) as household_key,
        contact_key,
        true as is_current,
        'landline' as evidence,
        min(source_vendors) as source_vendors,
        min(vendor_count) as vendor_count,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at,
        cast(null as timestamp) as left_at
    from placed_numbers
    where
        household_key is null
        and one_household = other_household
    group by contact_key
    having min(one_household) = max(one_household)

),

-- A person whose address did not win lives there today if the landline says so.
united as (

    select * from by_address

    union all

    select * from by_landline

    union all

    select former.*
    from former
    left join by_landline
        on
            former.contact_key = by_landline.contact_key
            and former.household_key = by_landline.household_key
    where by_landline.contact_key is null

),

final as (

    select
        household_key,
        contact_key,
        is_current,
        evidence,
        source_vendors,
        vendor_count,
        first_seen_at,
        last_seen_at,
        left_at
    from united

)

select * from final
