-- Grain: one row: what the gate on contact_attributes looks at.
with attributes as (

    select * from {{ ref('contact_attributes') }}

),

contacts as (

    select * from {{ ref('contacts') }}

),

records as (

    select * from {{ ref('int_contacts__records') }}

),

thresholds as (

    select * from {{ ref('gate_thresholds') }}
    where
        gate = 'gate_contact_attributes'
        and check_name = 'unmapped_share'

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

-- Codes of a vendor that the seed code_values translates; an unknown code gives no attribute.
codes as (

    {% for attribute in ['gender', 'marital_status', 'home_owner'] %}
        select
            vendor,
            count(*) as total,
            {{ count_where(attribute ~ ' is null') }} as unmapped
        from records
        where vendor_{{ attribute }} is not null
        group by vendor
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

least_counts as (

    select min(at_least) as at_least from thresholds

),

unmapped as (

    select
        cast(coalesce(sum(codes.unmapped), 0) as bigint) as unmapped_codes,
        max(case when codes.unmapped >= least_counts.at_least then codes.unmapped * 1.0 / codes.total else 0 end)
            as unmapped_share
    from codes
    cross join least_counts

),

final as (

    select
        measured.row_count,
        measured.null_keys,
        duplicates.duplicate_keys,
        orphans.orphan_contacts,
        several_winners.duplicate_keys as several_winners,
        unmapped.unmapped_codes,
        unmapped.unmapped_share
    from measured
    cross join duplicates
    cross join several_winners
    cross join orphans
    cross join unmapped

)

select * from final
