-- Grain: one row per address judged, each time it was judged; one row, is_match false, for an address that got no verdict.
with source as (

    select * from {{ ref('base_bigdbm__email_statuses') }}

),

kept as (

    {{ keep_staged('source') }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_bigdbm('email_statuses')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        is_match,
        coalesce({{ to_text('fields.email') }}, subject_value) as email,
        {{ to_integer('fields.status') }} as status_code,
        {{ to_text('fields.status') }} as status_code_as_answered
    from parsed

)

select * from final
