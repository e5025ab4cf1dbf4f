-- Grain: one row per answer.
with records as (

    {{ explode_records(
        source('contactbased', 'feed_totals'),
        shape='single',
        columns=columns_contactbased('feed_totals'),
        required=['total_records'],
    ) }}

)

select * from records
