-- Grain: one row: plain personal values in the texts that go into the PII-free publication. An address has an @; a number
-- is ten to fifteen digits and nothing else. Only columns whose values come from outside can hold one.
{% set candidates = {
    'contacts': ['state', 'country', 'source_vendors'],
    'contact_emails': ['email_md5', 'email_sha1', 'email_sha256', 'verdict_reason'],
    'contactability': ['reason'],
    'intent_signals': ['hem', 'topic_key'],
    'intent_topics': ['topic_name'],
    'vendor_requests': ['endpoint', 'state'],
    'quarantined_records': ['stream', 'rule'],
    'suppressions': ['identifier_hash', 'scope'],
} %}

with cells as (

    {% for model, columns in candidates.items() %}
        {% set outer = loop %}
        {% for column in columns %}
            select
                {{ count_where(column ~ " like '%@%'") }} as plain_emails,
                {{ count_where(matches(column, '[+]?[0-9]{10,15}')) }} as plain_phones
            from {{ ref(model) }}
            {{ 'union all' if not (outer.last and loop.last) }}
        {% endfor %}
    {% endfor %}

),

final as (

    select
        count(*) as columns_read,
        cast(sum(plain_emails) as bigint) as plain_emails,
        cast(sum(plain_phones) as bigint) as plain_phones
    from cells

)

select * from final
