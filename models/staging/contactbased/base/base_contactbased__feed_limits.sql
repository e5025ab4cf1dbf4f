-- Grain: one row per answer.
with records as (

    {{ explode_records(
        source('contactbased', 'feed_limits'),
        shape='single',
        columns=columns_contactbased('feed_limits'),
    ) }}

)

select * from records
