-- Grain: one row per answer.
with records as (

    {{ explode_records(
        source('contactbased', 'export_counts'),
        shape='single',
        columns=columns_contactbased__export_counts(),
        required=['total_records'],
    ) }}

)

select * from records
