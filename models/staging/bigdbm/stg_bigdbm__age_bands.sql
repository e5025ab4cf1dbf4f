-- Grain: one row per hash and age band, each time it was asked; one row, is_match false, for a hash without any.
with source as (

    select * from {{ ref('base_bigdbm__age_bands') }}

),

kept as (

    {{ keep_staged('source') }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_bigdbm('age_bands')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        is_match,
        lower(subject_value) as email_md5,
        {{ to_text('fields.Age_Range') }} as age_range
    from parsed

)

select * from final
