-- Grain: one row per record, claim and place that the vendor itself judged (PII with Validation): place is the number of the
-- judged address or phone in its list, 0 for a claim as a whole. A claim is as good as its worst field, as recent as its oldest.
with judged as (

    select * from {{ ref('stg_bigdbm__field_validations') }}

),

fields as (

    select * from {{ ref('validated_fields') }}

),

final as (

    select
        judged.record_id,
        fields.claim,
        coalesce(fields.place, 0) as place,
        min(judged.is_valid) as is_valid,
        min(judged.score) as score,
        min(judged.last_seen_date) as last_seen_date,
        max(judged.fetched_at) as judged_at
    from judged
    inner join fields on judged.field_name = fields.field_name
    group by
        judged.record_id,
        fields.claim,
        coalesce(fields.place, 0)

)

select * from final
