-- Grain: one row: what the gate on contacts looks at.
with contacts as (

    select * from {{ ref('contacts') }}

),

clock as (

    select {{ now_utc() }} as now_at

),

measured as (

    select
        count(*) as row_count,
        {{ count_where('contacts.contact_key is null') }} as null_keys,
        {{ count_where('contacts.first_name is null and contacts.last_name is null') }} * 1.0 / nullif(count(*), 0)
            as nameless_share,
        {{ count_where('contacts.birth_year not between 1900 and year(clock.now_at)') }} as impossible_birth_years,
        {{ count_where('contacts.has_conflict') }} * 1.0 / nullif(count(*), 0) as conflict_share,
        max(contacts.last_seen_at) as newest_at
    from contacts
    cross join clock

),

duplicates as (

    {{ measure_duplicates('contacts', ['contact_key']) }}

),

publication as (

    {{ measure_publication('contacts') }}

),

final as (

    select
        measured.row_count,
        measured.null_keys,
        duplicates.duplicate_keys,
        measured.impossible_birth_years,
        measured.nameless_share,
        measured.conflict_share,
        measured.newest_at,
        publication.published_rows,
        (measured.row_count - publication.published_rows) * 1.0 / nullif(publication.published_rows, 0) as volume_change
    from measured
    cross join duplicates
    cross join publication

)

select * from final
