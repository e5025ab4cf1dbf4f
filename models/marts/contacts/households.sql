-- Grain: one row per street address and ZIP where at least one person lives, by the address that won for each person.
-- Living together merges nobody.
with contacts as (

    select * from {{ ref('contacts') }}
    where household_key is not null

),

attributes as (

    select
        *,
        cast(as_of as {{ engine_type('varchar') }}) || value as arrival
    from {{ ref('contact_attributes') }}
    where
        is_winner
        and attribute in ('household_size', 'home_value_range', 'dwelling_type', 'year_built')

),

-- What a vendor knows of the home is told of each person in it: the newest word counts.
homes as (

    select
        contacts.household_key,
        {% for attribute in ['household_size', 'home_value_range', 'dwelling_type', 'year_built'] %}
            max_by(
                case when attributes.attribute = '{{ attribute }}' then attributes.value end,
                case when attributes.attribute = '{{ attribute }}' then attributes.arrival end
            ) as {{ attribute }},
        {% endfor %}
        max(attributes.as_of) as told_at
    from attributes
    inner join contacts on attributes.contact_key = contacts.contact_key
    group by contacts.household_key

),

members as (

    select
        household_key,
        min(address) as address,
        min(city) as city,
        min(state) as state,
        min(zip) as zip,
        cast(count(*) as integer) as member_count,
        cast(count(distinct {{ name_key('last_name') }}) as integer) as last_name_count,
        max(has_children) as has_children,
        min(income_range) as income_range,
        min(home_owner) as home_owner,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from contacts
    group by household_key

),

final as (

    select
        members.household_key,
        members.address,
        members.city,
        members.state,
        members.zip,
        members.member_count,
        members.last_name_count,
        members.has_children,
        members.income_range,
        members.home_owner,
        cast(homes.household_size as integer) as household_size,
        homes.home_value_range,
        homes.dwelling_type,
        cast(homes.year_built as integer) as year_built,
        members.first_seen_at,
        members.last_seen_at
    from members
    left join homes on members.household_key = homes.household_key

)

select * from final
