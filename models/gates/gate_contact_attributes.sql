-- Grain: one row: what the gate on contact_attributes looks at.
with attributes as (

    select * from {{ ref('contact_attributes') }}

),

contacts as (

    select * from {{ ref('contacts') }}

),

winners as (

    select
        contact_key,
        attribute
    from attributes
    where is_winner

),

measured as (

    select
        count(*) as row_count,
        {{ count_where('contact_key is null or attribute is null or value is null or record_id is null') }} as null_keys
    from attributes

),

duplicates as (

    {{ measure_duplicates('attributes', ['contact_key', 'attribute', 'claim_rank']) }}

),

several_winners as (

    {{ measure_duplicates('winners', ['contact_key', 'attribute']) }}

),

orphans as (

    {{ measure_orphans('attributes') }}

),

final as (

    select
        measured.row_count,
        measured.null_keys,
        duplicates.duplicate_keys,
        orphans.orphan_contacts,
        several_winners.duplicate_keys as several_winners
    from measured
    cross join duplicates
    cross join several_winners
    cross join orphans

)

select * from final
