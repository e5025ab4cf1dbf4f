-- Grain: one row per answer.
with records as (

    {{ explode_records(
        source('contactbased', 'export_previews'),
        shape='single',
        columns=columns_contactbased('export_previews'),
    ) }}

)

select * from records
