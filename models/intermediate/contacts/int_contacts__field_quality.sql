-- Grain: one row per record and group of attributes that the vendor itself judged (PII with Validation). A group is as good as
-- its worst field, and as recent as its oldest.
with judged as (

    select * from {{ ref('stg_bigdbm__field_validations') }}

),

fields as (

    select * from {{ ref('validated_fields') }}

),

final as (

    select
        judged.record_id,
        fields.attribute_group,
        min(judged.is_valid) as is_valid,
        min(judged.score) as score,
        min(judged.last_seen_date) as last_seen_date
    from judged
    inner join fields on judged.field_name = fields.field_name
    group by
        judged.record_id,
        fields.attribute_group

)

select * from final
