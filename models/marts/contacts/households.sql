-- Grain: one row per street address and ZIP where at least one person lives, by the address that won for each person.
-- Living together merges nobody.
with contacts as (

    select * from {{ ref('contacts') }}
    where household_key is not null

),

final as (

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

)

select * from final
