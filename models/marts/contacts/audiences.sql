-- Grain: one row per audience made at BIGDBM.
with states as (

    select * from {{ ref('stg_bigdbm__audiences') }}
    where audience_id is not null

),

members as (

    select * from {{ ref('stg_bigdbm__audience_members') }}

),

read as (

    select
        audience_id,
        cast(count(*) as integer) as members_read
    from members
    group by audience_id

),

final as (

    select
        states.audience_id,
        min(states.vendor) as vendor,
        min(states.audience_name) as audience_name,
        max(states.audience_type) as audience_type,
        max(states.filters) as filters,
        max(states.max_records) as max_records,
        max_by(states.status, states.fetched_at) as status,
        max(states.member_count) as member_count,
        coalesce(max(read.members_read), 0) as members_read,
        min(states.fetched_at) as created_at
    from states
    left join read on states.audience_id = read.audience_id
    group by states.audience_id

)

select * from final
