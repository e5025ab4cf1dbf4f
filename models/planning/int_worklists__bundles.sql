-- Grain: one row per enrichment bundle that may be asked: those of the vendor's latest list, or, while no list has been
-- read, those we have a stream for. Written with underscores.
with readings as (

    select * from {{ ref('stg_contactbased__bundles') }}

),

latest as (

    select max(fetched_at) as fetched_at from readings

),

connected as (

    {% for bundle in contactbased_bundles() %}
        select '{{ bundle }}' as bundle
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

listed as (

    select distinct replace(lower(readings.bundle_key), '-', '_') as bundle
    from readings
    inner join latest on readings.fetched_at = latest.fetched_at

),

final as (

    select connected.bundle
    from connected
    cross join latest
    left join listed on connected.bundle = listed.bundle
    where latest.fetched_at is null or listed.bundle is not null

)

select * from final
