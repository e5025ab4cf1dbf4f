-- Grain: one row per number scored, each time it was scored.
with source as (

    select * from {{ ref('base_bigdbm__phone_scores') }}

),

kept as (

    {{ keep_staged('source', matches_only=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_bigdbm('phone_scores')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        subject_value as phone,
        {{ to_integer('fields.opql_score') }} as opql_score,
        {{ to_text('fields.opql_score') }} as opql_score_as_answered
    from parsed

)

select * from final
