-- Grain: one row per ZIP+4 asked, each time it was asked; is_match false where the vendor knows nothing of it.
with source as (

    select * from {{ ref('base_bigdbm__zip4_insights') }}

),

kept as (

    {{ keep_staged('source') }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_bigdbm('zip4_insights')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        is_match,
        coalesce({{ to_text('fields.Zip') }} || '-' || {{ to_text('fields.Zip4') }}, subject_value) as zip_plus4,
        {{ to_text('fields.Zip') }} as zip,
        {{ to_text('fields.Zip4') }} as zip4,
        {{ to_text('fields.Segment') }} as segment,
        {{ to_double('fields.Median_Income') }} as median_income,
        {{ to_double('fields.Median_Home_Value') }} as median_home_value,
        {{ to_text('fields.Urbanicity') }} as urbanicity,
        {{ to_double('fields.Pop_Density') }} as population_density
    from parsed

)

select * from final
