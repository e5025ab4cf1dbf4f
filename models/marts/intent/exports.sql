-- Grain: one row per ContactBased export: its latest summary, what we read of it, and whether a file was fetched.
with summaries as (

    select * from {{ ref('stg_contactbased__exports') }}

),

export_rows as (

    select * from {{ ref('stg_contactbased__export_rows') }}

),

counts as (

    select * from {{ ref('stg_contactbased__export_counts') }}

),

files as (

    select * from {{ ref('stg_contactbased__export_files') }}

),

ranked as (

    select
        *,
        row_number() over (partition by export_id order by fetched_at desc, record_id) as age
    from summaries
    where export_id is not null

),

-- The vendor may also list exports that were made in its dashboard: those that we did not read have no rows here.
read_rows as (

    select
        export_id,
        count(*) as row_count,
        count(distinct contact_id) as contact_count,
        min(signal_date) as first_signal_date,
        max(signal_date) as last_signal_date,
        max(fetched_at) as read_at
    from export_rows
    group by export_id

),

-- An export of ours is counted in the same read in which it is created; who lists it later knows nothing of that.
our_reads as (

    select
        export_id,
        max(extraction_id) as extraction_id
    from summaries
    where extraction_id is not null
    group by export_id

),

counted as (

    select
        our_reads.export_id,
        max_by(counts.total_records, counts.fetched_at) as counted_records,
        max_by(counts.distinct_contacts, counts.fetched_at) as counted_contacts,
        max_by(counts.billable_records, counts.fetched_at) as billable_records
    from counts
    inner join our_reads on counts.extraction_id = our_reads.extraction_id
    group by our_reads.export_id

),

file_addresses as (

    select
        export_id,
        max(fetched_at) as file_asked_at
    from files
    group by export_id

),

final as (

    select
        ranked.export_id,
        ranked.vendor,
        ranked.feed_id,
        ranked.name,
        ranked.status,
        ranked.build_error,
        ranked.build_progress,
        ranked.lookback_days,
        ranked.start_date,
        ranked.end_date,
        ranked.page_size,
        ranked.max_rows,
        ranked.require_contact_id,
        ranked.consumer_filters,
        ranked.enrichment_bundles,
        counted.counted_records,
        counted.counted_contacts,
        counted.billable_records,
        ranked.total_rows,
        ranked.records_reserved,
        cast(coalesce(read_rows.row_count, 0) as integer) as rows_read,
        cast(coalesce(read_rows.contact_count, 0) as integer) as contacts_read,
        read_rows.first_signal_date,
        read_rows.last_signal_date,
        ranked.created_at,
        ranked.ready_at,
        read_rows.read_at,
        file_addresses.file_asked_at,
        ranked.fetched_at as seen_at
    from ranked
    left join read_rows on ranked.export_id = read_rows.export_id
    left join counted on ranked.export_id = counted.export_id
    left join file_addresses on ranked.export_id = file_addresses.export_id
    where ranked.age = 1

)

select * from final
