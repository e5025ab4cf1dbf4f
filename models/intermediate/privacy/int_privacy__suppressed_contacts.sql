-- Grain: one row per suppressed person. A person who carries a suppressed identifier (or an address at a suppressed domain) is
-- suppressed with all addresses: asking not to be mailed at one address is not an invitation to use another. Scope email or phone
-- closes that channel, any other scope closes both.
{{ config(tags=['once_a_run']) }}

with suppressions as (

    select * from {{ ref('stg_contactable__suppressions') }}

),

identifiers as (

    select * from {{ ref('int_identity__identifiers') }}

),

addresses as (

    select * from {{ ref('int_contacts__email_addresses') }}

),

emails as (

    select * from {{ ref('int_contacts__emails') }}

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

-- The list keeps SHA-256 of an identifier's normal form. For an address that is its SHA-256 hash itself (which a vendor may
-- have sent bare); for a hash it is the hash of the hash. A known address answers to all of its hashes.
hashed as (

    select
        'email' as identifier_type,
        email_sha256 as identifier_hash,
        'email_md5:' || email_md5 as node
    from addresses

    {% for hash in ['email_md5', 'email_sha1', 'email_sha256'] %}
        union all

        select
            '{{ hash }}' as identifier_type,
            {{ sha256_hex(hash) }} as identifier_hash,
            'email_md5:' || email_md5 as node
        from addresses
        where '{{ hash }}' in (select suppressions.identifier_type from suppressions)
    {% endfor %}

    union all

    select
        'email' as identifier_type,
        identifier_value as identifier_hash,
        node
    from identifiers
    where identifier_type = 'email_sha256'

    union all

    select
        identifier_type,
        {{ sha256_hex('identifier_value') }} as identifier_hash,
        node
    from identifiers
    where identifier_type in (select suppressions.identifier_type from suppressions)

),

nodes as (

    select distinct
        hashed.node,
        suppressions.scope,
        suppressions.reason,
        suppressions.added_at
    from suppressions
    inner join hashed
        on
            suppressions.identifier_type = hashed.identifier_type
            and suppressions.identifier_hash = hashed.identifier_hash

),

by_identifier as (

    select
        identifiers.evidence_id,
        nodes.scope,
        nodes.reason,
        nodes.added_at
    from nodes
    inner join identifiers on nodes.node = identifiers.node

),

domains as (

    select
        email,
        {{ sha256_hex('domain') }} as domain_hash
    from addresses
    where 'domain' in (select suppressions.identifier_type from suppressions)

),

by_domain as (

    select
        emails.evidence_id,
        suppressions.scope,
        suppressions.reason,
        suppressions.added_at
    from suppressions
    inner join domains on suppressions.identifier_hash = domains.domain_hash
    inner join emails on domains.email = emails.email
    where suppressions.identifier_type = 'domain'

),

united as (

    select * from by_identifier

    union all

    select * from by_domain

),

final as (

    select
        clusters.contact_key,
        max(coalesce(united.scope, 'all') <> 'phone') as suppresses_email,
        max(coalesce(united.scope, 'all') <> 'email') as suppresses_phone,
        min(united.reason) as reason,
        min(united.added_at) as suppressed_at
    from united
    inner join clusters on united.evidence_id = clusters.evidence_id
    group by clusters.contact_key

)

select * from final
