-- Grain: one row per row of an export page; one row for a page without rows; one row for an answer that could not be read.
with records as (

    {{ explode_records(
        source('contactbased', 'export_rows'),
        shape='list',
        path='rows',
        columns=columns_contactbased('export_rows'),
        hashes='email_sha256',
        unless='contact_id',
        envelope=envelope_contactbased('export_rows'),
        status='answer.status',
        pending=['building'],
        failed=['failed'],
        expected='answer.row_count',
        identity="coalesce(answer.export_id, extraction_id, request_id), coalesce(answer.page, cast(page as varchar))",
    ) }}

)

select * from records
