-- Grain: one row: what the gate on contact_identifiers looks at.
with identifiers as (

    select * from {{ ref('contact_identifiers') }}

),

contacts as (

    select * from {{ ref('contacts') }}

),

measured as (

    select
        count(*) as row_count,
        {{ count_where('contact_key is null or identifier_type is null or identifier_value is null or vendor is null') }}
            as null_keys,
        {{ count_where(
            "identifier_type not in ('email_md5', 'email_sha1', 'email_sha256', 'phone', 'linkedin', 'maid')"
            ~ " and right(identifier_type, 3) <> '_id'"
        ) }} as unknown_types,
        {{ count_where("identifier_value like '%@%'") }} as plain_emails,
        {{ count_where(
            "(identifier_type = 'email_md5' and length(identifier_value) <> 32)"
            ~ " or (identifier_type = 'email_sha1' and length(identifier_value) <> 40)"
            ~ " or (identifier_type = 'email_sha256' and length(identifier_value) <> 64)"
        ) }} as malformed_hashes
    from identifiers

),

duplicates as (

    {{ measure_duplicates('identifiers', ['contact_key', 'identifier_type', 'identifier_value', 'vendor']) }}

),

orphans as (

    {{ measure_orphans('identifiers') }}

),

final as (

    select
        measured.row_count,
        measured.null_keys,
        duplicates.duplicate_keys,
        orphans.orphan_contacts,
        measured.unknown_types,
        measured.plain_emails,
        measured.malformed_hashes
    from measured
    cross join duplicates
    cross join orphans

)

select * from final
