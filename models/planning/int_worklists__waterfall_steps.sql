-- Grain: one row per attribute and endpoint of its order: who is asked first for an e-mail address, a phone, an employer, a
-- profile, and when it is enough. The seeds waterfall_steps and waterfall_stops; an order or a stop in contactable.yml
-- (`waterfall`) replaces that of its attribute. An endpoint that is switched off or has no key is no step.
-- Verified is what a validator says: where the validator of e-mails or phones is not asked, found is enough (else every vendor
-- would be paid in turn for want of a verdict that cannot come).
with shipped as (

    select * from {{ ref('waterfall_steps') }}

),

stops as (

    select * from {{ ref('waterfall_stops') }}

),

settings as (

    select * from {{ ref('stg_contactable__settings') }}

),

enabled as (

    {{ enabled_endpoints() }}

),

replaced as (

    select {{ json_text('value') }} as attribute
    from settings
    where setting = 'waterfall.replaced'

),

configured_stops as (

    select
        {{ json_text('value', '$.attribute') }} as attribute,
        {{ json_text('value', '$.stop_at') }} as stop_at
    from settings
    where setting = 'waterfall.stop_at'

),

orders as (

    select
        shipped.attribute,
        shipped.endpoint,
        shipped.rank as step_rank
    from shipped
    left join replaced on shipped.attribute = replaced.attribute
    where replaced.attribute is null

    union all

    select
        {{ json_text('value', '$.attribute') }} as attribute,
        {{ json_text('value', '$.endpoint') }} as endpoint,
        cast({{ json_text('value', '$.rank') }} as integer) as step_rank
    from settings
    where setting = 'waterfall.steps'

),

-- Employer and profile are verified by a second vendor, e-mail and phone by a validator.
validators as (

    select
        stops.attribute,
        coalesce(configured_stops.stop_at, stops.stop_at) as stop_at,
        case stops.attribute when 'email' then 'bigdbm.email_batch' when 'phone' then 'bigdbm.opql' end as validator
    from stops
    left join configured_stops on stops.attribute = configured_stops.attribute

),

final as (

    select
        orders.attribute,
        orders.endpoint,
        orders.step_rank,
        case
            when validators.validator is not null and can_validate.endpoint is null then 'found'
            else validators.stop_at
        end as stop_at,
        validators.validator,
        can_ask.endpoint is not null as is_enabled
    from orders
    inner join validators on orders.attribute = validators.attribute
    left join enabled as can_ask on orders.endpoint = can_ask.endpoint
    left join enabled as can_validate on validators.validator = can_validate.endpoint

)

select * from final
