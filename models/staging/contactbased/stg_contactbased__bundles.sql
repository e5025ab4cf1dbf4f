-- Grain: one row per enabled bundle and reading of the list.
with source as (

    select * from {{ ref('base_contactbased__bundles') }}

),

kept as (

    {{ keep_staged('source', matches_only=true, across_pages=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased('bundles')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        case
            when {{ json_kind('record') }} = 'object' then {{ to_text('fields.key') }}
            else {{ to_text(json_text('record')) }}
        end as bundle_key
    from parsed

)

select * from final
