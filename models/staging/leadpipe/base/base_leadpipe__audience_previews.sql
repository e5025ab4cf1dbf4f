-- Grain: one row per answer.
with records as (

    {{ explode_records(
        source('leadpipe', 'audience_previews'),
        shape='single',
        columns=columns_leadpipe('audience_previews'),
        required=['data.totalCount'],
    ) }}

)

select * from records
