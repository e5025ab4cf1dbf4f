-- Grain: one row per contact id and e-mail; one row without an e-mail for a contact id that has none, or (is_match
-- false) that the vendor does not know.
with kept as (

    {{ contactbased_bundle_records(['emails']) }}

),

parsed as (

    select
        *,
        {{ parse_json('record', columns_contactbased('enrichments').emails) }} as fields
    from kept

),

elements as (

    {{ unnest_list('parsed', json_list('fields.emails'), ['record_id']) }}

),

opened as (

    select
        parsed.*,
        elements.ordinal as place,
        elements.item,
        {{ parse_json('elements.item', {
            'email': 'text',
            'type': 'text',
            'md5': 'text',
            'sha1': 'text',
            'sha256': 'text',
            'last_seen': 'text',
        }) }} as element
    from parsed
    left join elements on parsed.record_id = elements.record_id

),

final as (

    select
        {{ lineage_columns() }},
        is_match,
        place as ordinal,
        subject_value as contact_id,
        {{ json_element_text('item', 'element', 'email') }} as email,
        {{ to_text('element.type') }} as email_type,
        lower({{ to_text('element.md5') }}) as md5,
        lower({{ to_text('element.sha1') }}) as sha1,
        lower({{ to_text('element.sha256') }}) as sha256,
        {{ to_date('element.last_seen', 'fetched_at') }} as last_seen_date,
        {{ as_of('element.last_seen') }} as as_of
    from opened

)

select * from final
