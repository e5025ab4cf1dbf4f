{#- A complete select: one row per person and e-mail address or phone number that a vendor gave, over the relation `given` (a row per
    evidence, vendor and value; `value` is the name of its column). Reads the model's imports clusters, trust and judgements. -#}
{% macro addresses_by_person(given, value) -%}
    select
        clusters.contact_key,
        {{ given }}.{{ value }},
        max({{ given }}.{{ value }}_type) as {{ value }}_type,
        min({{ given }}.record_id) as record_id,
        {{ join_distinct(given ~ '.vendor') }} as source_vendors,
        cast(count(distinct {{ given }}.vendor) as integer) as vendor_count,
        min(coalesce(trust.priority, 99)) as vendor_priority,
        min({{ given }}.first_observed_at) as first_seen_at,
        max({{ given }}.last_observed_at) as last_seen_at,
        max({{ given }}.as_of) as as_of,
        max({{ given }}.vendor_last_seen_date) as vendor_last_seen_date,
        min(judgements.is_valid) as is_field_valid
    from {{ given }}
    inner join clusters on {{ given }}.evidence_id = clusters.evidence_id
    left join trust on {{ given }}.vendor = trust.vendor
    left join judgements
        on
            {{ given }}.evidence_id = judgements.evidence_id
            and {{ given }}.{{ value }} = judgements.value
    group by
        clusters.contact_key,
        {{ given }}.{{ value }}
{%- endmacro %}
