-- Grain: one row per answer.
with records as (

    {{ explode_records(
        source('contactbased', 'export_counts'),
        shape='single',
        columns=columns_contactbased('export_counts'),
        required=['total_records'],
    ) }}

)

select * from records
