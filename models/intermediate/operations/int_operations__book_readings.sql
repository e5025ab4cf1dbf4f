-- Grain: one row per reading of a vendor's own book of what we owe it. Two vendors have a readable book: ContactBased shows
-- the balance of its pool of records; ExactBuyer gives with each answer the number of records that it enriched and charges.
-- BIGDBM and Leadpipe have none: their invoice is the only other book (contactable.yml, invoices).
with balances as (

    select * from {{ ref('stg_contactbased__credit_balances') }}

),

enriched as (

    select * from {{ ref('base_exactbuyer__contacts') }}
    where endpoint = 'exactbuyer.bulk_enrich'

),

pool_readings as (

    select
        request_id as record_id,
        vendor,
        'records_pool' as book,
        'contactbased.export' as endpoint,
        request_id,
        cast(period_start as timestamp) as counts_from,
        fetched_at as read_at,
        coalesce(records_used, 0) + coalesce(records_reserved, 0) as vendor_says,
        cast(null as bigint) as records_found,
        false as is_redacted
    from balances

),

-- Contacts are counted only where every one could be read. A person who was erased was taken out of the answer and of its
-- count, not out of what was paid: such an answer can no longer be compared.
answers as (

    select
        request_id,
        vendor,
        max(fetched_at) as read_at,
        max({{ to_double(json_text('envelope', '$.records_enriched')) }}) as vendor_says,
        count(record) as records_found,
        count(quarantine_rule) as unread,
        count(case when subject_value = 'erased' then 1 end) as erased
    from enriched
    group by request_id, vendor

),

answer_readings as (

    select
        request_id as record_id,
        vendor,
        'records_enriched' as book,
        'exactbuyer.bulk_enrich' as endpoint,
        request_id,
        cast(null as timestamp) as counts_from,
        read_at,
        vendor_says,
        case when unread = 0 then records_found end as records_found,
        erased > 0 as is_redacted
    from answers
    where vendor_says is not null

),

-- An invoice counts whole days (UTC); it is read when its last day is over.
invoices as (

    select
        {{ json_text('value', '$.endpoint') }} as endpoint,
        {{ json_text('value', '$.vendor') }} as vendor,
        cast({{ json_text('value', '$.from') }} as date) as first_day,
        cast({{ json_text('value', '$.until') }} as date) as last_day,
        cast({{ json_text('value', '$.credits') }} as double) as vendor_says
    from {{ ref('stg_contactable__settings') }}
    where setting = 'invoices'

),

invoice_readings as (

    select
        concat(
            'invoice ', endpoint, ' ', cast(first_day as {{ engine_type('varchar') }}), ' ',
            cast(last_day as {{ engine_type('varchar') }})
        ) as record_id,
        vendor,
        'invoice' as book,
        endpoint,
        cast(null as {{ engine_type('varchar') }}) as request_id,
        cast(first_day as timestamp) as counts_from,
        cast({{ add_days('last_day', 1) }} as timestamp) as read_at,
        vendor_says,
        cast(null as bigint) as records_found,
        false as is_redacted
    from invoices

),

final as (

    select
        record_id,
        vendor,
        book,
        endpoint,
        request_id,
        counts_from,
        read_at,
        vendor_says,
        records_found,
        is_redacted
    from pool_readings
    union all
    select
        record_id,
        vendor,
        book,
        endpoint,
        request_id,
        counts_from,
        read_at,
        vendor_says,
        records_found,
        is_redacted
    from answer_readings
    union all
    select
        record_id,
        vendor,
        book,
        endpoint,
        request_id,
        counts_from,
        read_at,
        vendor_says,
        records_found,
        is_redacted
    from invoice_readings

)

select * from final
