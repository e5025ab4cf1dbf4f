-- Grain: one row per key and resolve in which it came to stand for another person. The latest row of a key is valid.
-- A key that was merged into another one, which is later merged too, gets a row each time, so that readers follow no chains.
-- History: never rebuilt, not by a full refresh either.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_unfinished() }}",
) }}

with changes as (

    select * from {{ ref('int_identity__key_changes') }}

),

resolution as (

    select * from {{ ref('int_identity__resolution') }}

),

plan as (

    select * from {{ ref('int_identity__plan') }}

),

earlier as (

    {{ identity_state('int_identity__key_log', {
        'resolve': 'integer', 'given_key': 'varchar', 'contact_key': 'varchar',
    }) }}

),

given as (

    select distinct
        resolution.contact_key as given_key,
        resolution.contact_key,
        'living' as status
    from resolution
    inner join plan on resolution.key_resolve = plan.resolve

),

given_up as (

    select
        former_key as given_key,
        contact_key,
        case change when 'merged' then 'merged' else 'retired' end as status
    from changes
    where change in ('merged', 'retired')

),

-- Keys that stood for one of these until now, by their latest row.
candidates as (

    select distinct earlier.given_key
    from earlier
    cross join plan
    inner join given_up on earlier.contact_key = given_up.given_key
    where
        earlier.resolve < plan.resolve
        and earlier.given_key <> earlier.contact_key

),

latest as (

    select
        earlier.given_key,
        earlier.contact_key,
        row_number() over (partition by earlier.given_key order by earlier.resolve desc) as place
    from earlier
    cross join plan
    inner join candidates on earlier.given_key = candidates.given_key
    where earlier.resolve < plan.resolve

),

followed as (

    select
        latest.given_key,
        given_up.contact_key,
        given_up.status
    from latest
    inner join given_up on latest.contact_key = given_up.given_key
    left join given on latest.given_key = given.given_key
    where
        latest.place = 1
        and given.given_key is null

),

united as (

    select * from given

    union all

    select * from given_up

    union all

    select * from followed

),

final as (

    select
        plan.resolve,
        united.given_key,
        united.contact_key,
        united.status,
        plan.resolved_at as changed_at
    from united
    cross join plan

)

select * from final
