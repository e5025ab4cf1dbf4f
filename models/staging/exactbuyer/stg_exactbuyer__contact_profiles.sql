-- Grain: one row per enriched contact and social profile.
with source as (

    select * from {{ ref('base_exactbuyer__contacts') }}

),

kept as (

    {{ keep_staged('source', matches_only=true) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_exactbuyer('contacts')) }} as fields
    from kept

),

elements as (

    {{ unnest_list('parsed', 'fields.social_profiles', ['record_id']) }}

),

opened as (

    select
        parsed.*,
        elements.ordinal as place,
        {{ parse_json('elements.item', {'network': 'text', 'url': 'text', 'username': 'text'}) }} as element
    from parsed
    inner join elements on parsed.record_id = elements.record_id

),

final as (

    select
        {{ lineage_columns() }},
        record_id as contact_record_id,
        place as ordinal,
        lower({{ to_text('element.network') }}) as network,
        {{ to_text('element.url') }} as url,
        {{ to_text('element.username') }} as username
    from opened

)

select * from final
