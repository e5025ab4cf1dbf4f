-- Grain: one row per free text resolved: a preview (feed_id NULL), or the feed that was saved from it.
with source as (

    select * from {{ ref('base_contactbased__feed_previews') }}

),

kept as (

    {{ keep_staged('source', matches_only=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased('feed_previews')) }} as fields
    from kept

),

final as (

    select
        {{ lineage_columns() }},
        coalesce({{ to_text('fields.query') }}, subject_value) as query,
        {{ to_text('fields.feed_id') }} as feed_id,
        {{ to_text(json_text('options', '$.name')) }} as name,
        coalesce({{ to_flag('fields.saved') }}, {{ to_text('fields.feed_id') }} is not null) as is_saved,
        coalesce(
            {{ to_integer(json_text('fields.summary', '$.total_domains')) }},
            {{ list_size(parse_json('fields.domains', 'json[]')) }}
        ) as domain_count,
        {{ to_integer(json_text('fields.summary', '$.domains_with_company_data')) }} as company_count
    from parsed

)

select * from final
