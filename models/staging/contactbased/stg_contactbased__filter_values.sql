-- Grain: one row per field, value and reading.
with source as (

    select * from {{ ref('base_contactbased__filter_values') }}

),

kept as (

    {{ keep_staged('source', matches_only=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased('filter_values')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        subject_value as field,
        case
            when {{ json_kind('record') }} = 'object' then {{ to_text('fields.value') }}
            else {{ to_text(json_text('record')) }}
        end as value,
        {{ to_integer('fields.count') }} as contact_count
    from parsed

)

select * from final
