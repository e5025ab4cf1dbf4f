-- Grain: one row per evidence, node and identifier: what the rules on shared values would link, before anybody's decision
-- (int_identity__links is what remains).
-- `anchor` is the identifier as it was observed; a person's key is made of the oldest one (int_identity__clusters). Of a
-- shared value only the name that carried it first may use the bare value as anchor, so that no two people share a key.
{{ config(materialized='view') }}

with identifiers as (

    select * from {{ ref('int_identity__identifiers') }}

),

cuts as (

    select * from {{ ref('int_identity__cuts') }}

),

ranked as (

    select
        *,
        case identifier_type
            when 'email_md5' then 1
            when 'email_sha256' then 2
            when 'email_sha1' then 3
            when 'linkedin' then 4
            when 'phone' then 7
            when 'maid' then 8
            when 'pii' then 8
            else case when node_type = 'vendor_id' then 5 else 6 end
        end as type_rank,
        identifier_type || ':' || identifier_value as observed_as,
        first_name_key || '|' || last_name_key as name_key
    from identifiers

),

unshared as (

    select
        ranked.evidence_id,
        ranked.node,
        ranked.observed_as as anchor,
        ranked.type_rank,
        ranked.first_observed_at,
        ranked.name_key
    from ranked
    left join cuts on ranked.node = cuts.node
    where cuts.node is null

),

-- Whom a shared value may link: carriers of one name; of the nameless only bare hashes, and those only to a single name.
shared as (

    select
        ranked.evidence_id,
        ranked.node,
        ranked.observed_as,
        ranked.type_rank,
        ranked.first_observed_at,
        ranked.node_type,
        ranked.person_ref_type,
        ranked.name_key,
        case
            when ranked.node_type = 'phone' and ranked.last_name_key is not null
                then
                    ranked.last_name_key || '|'
                    || coalesce(
                        case when cuts.compares_first_names then ranked.first_name_key else left(ranked.first_name_key, 1) end,
                        ''
                    )
            when ranked.node_type <> 'phone' and ranked.first_name_key is not null
                then
                    coalesce(
                        cuts.only_name,
                        case when cuts.compares_first_names then ranked.first_name_key else left(ranked.first_name_key, 1) end
                    )
            when ranked.is_hash_only then coalesce(cuts.only_name, '?')
        end as shared_name
    from ranked
    inner join cuts on ranked.node = cuts.node
    where cuts.action = 'by_name'

),

-- A number does not make one person of two ids of the same vendor, be their names the same: father and son.
names as (

    select
        node,
        shared_name,
        min(node_type) as node_type,
        {% for space in ['bigdbm_id', 'bigdbm_b2b_id', 'contactbased_id'] %}
            coalesce(
                min(case when person_ref_type = '{{ space }}' then evidence_id end)
                <> max(case when person_ref_type = '{{ space }}' then evidence_id end),
                false
            ) {{ 'as has_several_ids,' if loop.last else 'or' }}
        {% endfor %}
        row_number() over (
            partition by node
            order by case when shared_name = '?' then 1 else 0 end, min(first_observed_at), shared_name
        ) as place
    from shared
    where shared_name is not null
    group by
        node,
        shared_name

),

linked_by_name as (

    select
        shared.evidence_id,
        shared.node || '|' || shared.shared_name as node,
        case
            when names.place = 1 then shared.observed_as
            else shared.observed_as || '|' || shared.shared_name
        end as anchor,
        shared.type_rank,
        shared.first_observed_at,
        shared.name_key
    from shared
    inner join names
        on
            shared.node = names.node
            and shared.shared_name = names.shared_name
    where not (names.node_type = 'phone' and names.has_several_ids)

),

linked as (

    select * from unshared

    union all

    select * from linked_by_name

),

final as (

    select
        evidence_id,
        node,
        anchor,
        type_rank,
        first_observed_at,
        name_key
    from linked

)

select * from final
