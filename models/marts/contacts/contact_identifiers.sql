-- Grain: one row per person, identifier type, value and vendor. An address that we know stands here under all three of its
-- hashes, whichever of them the vendor sent.
with identifiers as (

    select * from {{ ref('int_identity__identifiers') }}
    -- how a question was asked, the key of a mailbox, a name in a place: nothing that a person carries
    where node_type not in ('pii', 'email_key') and strength <> 'composite'

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

addresses as (

    select * from {{ ref('int_contacts__email_addresses') }}

),

cuts as (

    select * from {{ ref('int_identity__cuts') }}

),

held as (

    select
        clusters.contact_key,
        identifiers.node,
        identifiers.identifier_type,
        identifiers.identifier_value,
        identifiers.vendor,
        min(identifiers.record_id) as record_id,
        min(identifiers.first_observed_at) as first_seen_at,
        max(identifiers.last_observed_at) as last_seen_at
    from identifiers
    inner join clusters on identifiers.evidence_id = clusters.evidence_id
    group by
        clusters.contact_key,
        identifiers.node,
        identifiers.identifier_type,
        identifiers.identifier_value,
        identifiers.vendor

),

marked as (

    select
        held.*,
        cuts.action is not null as is_shared,
        coalesce(cuts.action, 'all') <> 'cut' as links_people
    from held
    left join cuts on held.node = cuts.node

),

resolved as (

    select
        marked.contact_key,
        marked.vendor,
        marked.is_shared,
        marked.links_people,
        min(marked.record_id) as record_id,
        min(marked.first_seen_at) as first_seen_at,
        max(marked.last_seen_at) as last_seen_at,
        addresses.email_md5,
        addresses.email_sha1,
        addresses.email_sha256
    from marked
    inner join addresses on marked.node = 'email_md5:' || addresses.email_md5
    group by
        marked.contact_key,
        marked.vendor,
        marked.is_shared,
        marked.links_people,
        addresses.email_md5,
        addresses.email_sha1,
        addresses.email_sha256

),

unresolved as (

    select
        marked.contact_key,
        marked.identifier_type,
        marked.identifier_value,
        marked.vendor,
        marked.is_shared,
        marked.links_people,
        marked.record_id,
        marked.first_seen_at,
        marked.last_seen_at
    from marked
    left join addresses on marked.node = 'email_md5:' || addresses.email_md5
    where addresses.email is null

),

final as (

    select
        contact_key,
        identifier_type,
        identifier_value,
        vendor,
        is_shared,
        links_people,
        record_id,
        first_seen_at,
        last_seen_at
    from unresolved

    {% for hash in ['email_md5', 'email_sha1', 'email_sha256'] %}
        union all

        select
            contact_key,
            '{{ hash }}' as identifier_type,
            {{ hash }} as identifier_value,
            vendor,
            is_shared,
            links_people,
            record_id,
            first_seen_at,
            last_seen_at
        from resolved
    {% endfor %}

)

select * from final
