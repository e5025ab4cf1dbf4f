-- Grain: one row per vendor and group of attributes: how far the vendor is trusted there (1 first), by its own row of the seed
-- vendor_priorities or by its default; 99 where it has neither.
with rules as (

    select * from {{ ref('survivorship_rules') }}

),

priorities as (

    select * from {{ ref('vendor_priorities') }}

),

vendors as (

    select distinct vendor
    from priorities

),

final as (

    select
        vendors.vendor,
        rules.attribute_group,
        coalesce(special.priority, general.priority, 99) as priority
    from vendors
    cross join rules
    left join priorities as special
        on
            vendors.vendor = special.vendor
            and rules.attribute_group = special.attribute_group
    left join priorities as general
        on
            vendors.vendor = general.vendor
            and general.attribute_group = 'default'

)

select * from final
