-- Grain: one row per street address (with its unit) and ZIP where at least one known person lives or lived (household_members).
-- A shared household does not merge people.
{% set facts = ['household_size', 'home_value_range', 'dwelling_type', 'year_built'] %}

with household_members as (

    select * from {{ ref('household_members') }}

),

contacts as (

    select * from {{ ref('contacts') }}

),

attributes as (

    select
        *,
        {{ arrival('as_of', 'value') }} as arrival
    from {{ ref('contact_attributes') }}
    where
        is_winner
        and attribute in ('household_size', 'home_value_range', 'dwelling_type', 'year_built')

),

told_addresses as (

    select
        md5(own_key) as household_key,
        value_1 as address,
        value_2 as city,
        value_3 as state,
        value_4 as zip
    from {{ ref('int_contacts__claims') }}
    where
        claim = 'location'
        and level = 0

),

-- A vendor repeats its facts on a home for each person with that address: the newest record counts.
homes as (

    select
        contacts.household_key,
        {% for attribute in facts %}
            max_by(
                case when attributes.attribute = '{{ attribute }}' then attributes.value end,
                case when attributes.attribute = '{{ attribute }}' then attributes.arrival end
            ) as {{ attribute }},
        {% endfor %}
        max(attributes.as_of) as told_at
    from attributes
    inner join contacts on attributes.contact_key = contacts.contact_key
    where contacts.household_key is not null
    group by contacts.household_key

),

-- What people say who have it as own address; who is there by landline only may have said something else.
lived_in as (

    select
        household_key,
        min(address) as address,
        min(city) as city,
        min(state) as state,
        min(zip) as zip,
        max(has_children) as has_children,
        min(income_range) as income_range,
        min(home_owner) as home_owner
    from contacts
    where household_key is not null
    group by household_key

),

addresses as (

    select
        household_key,
        min(address) as address,
        min(city) as city,
        min(state) as state,
        min(zip) as zip
    from told_addresses
    group by household_key

),

members as (

    select
        household_members.household_key,
        cast(count(case when household_members.is_current then 1 end) as integer) as member_count,
        cast(count(case when not household_members.is_current then 1 end) as integer) as former_member_count,
        cast(count(distinct case when household_members.is_current then {{ last_name_key('contacts.last_name') }} end) as integer)
            as last_name_count,
        min(household_members.first_seen_at) as first_seen_at,
        max(household_members.last_seen_at) as last_seen_at
    from household_members
    inner join contacts on household_members.contact_key = contacts.contact_key
    group by household_members.household_key

),

final as (

    select
        members.household_key,
        coalesce(lived_in.address, addresses.address) as address,
        coalesce(lived_in.city, addresses.city) as city,
        coalesce(lived_in.state, addresses.state) as state,
        coalesce(lived_in.zip, addresses.zip) as zip,
        members.member_count,
        members.former_member_count,
        members.last_name_count,
        lived_in.has_children,
        lived_in.income_range,
        lived_in.home_owner,
        cast(homes.household_size as integer) as household_size,
        homes.home_value_range,
        homes.dwelling_type,
        cast(homes.year_built as integer) as year_built,
        members.first_seen_at,
        members.last_seen_at
    from members
    left join lived_in on members.household_key = lived_in.household_key
    left join addresses on members.household_key = addresses.household_key
    left join homes on members.household_key = homes.household_key

)

select * from final
