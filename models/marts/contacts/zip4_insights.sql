-- Grain: one row per ZIP+4: the newest insight. Of neighbourhoods, never of individuals.
with insights as (

    select * from {{ ref('stg_bigdbm__zip4_insights') }}
    where is_match

),

contacts as (

    select * from {{ ref('contacts') }}

),

residents as (

    select
        zip_plus4,
        cast(count(*) as integer) as contact_count
    from contacts
    where zip_plus4 is not null
    group by zip_plus4

),

ranked as (

    select
        *,
        row_number() over (partition by zip_plus4 order by fetched_at desc, record_id) as age
    from insights

),

final as (

    select
        ranked.zip_plus4,
        ranked.segment,
        ranked.median_income,
        ranked.median_home_value,
        ranked.urbanicity,
        ranked.population_density,
        coalesce(residents.contact_count, 0) as contact_count,
        ranked.record_id,
        ranked.fetched_at as as_of
    from ranked
    left join residents on ranked.zip_plus4 = residents.zip_plus4
    where ranked.age = 1

)

select * from final
