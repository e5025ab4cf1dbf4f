-- Grain: one row per answer.
with records as (

    {{ explode_records(
        source('contactbased', 'export_files'),
        shape='single',
        columns=columns_contactbased('export_files'),
        required=['url|download_url'],
    ) }}

)

select * from records
