-- Grain: one row per answer.
with records as (

    {{ explode_records(
        source('contactbased', 'feed_previews'),
        shape='single',
        columns=columns_contactbased('feed_previews'),
        required=['domains|feed_id'],
    ) }}

)

select * from records
