-- Grain: one row per event in the life of a key, with what caused it.
--   created, merged, split, retired   see int_identity__key_changes
--   identified                        a person known by hashes or addresses only got a name
-- The cause of a merge is the newest identifier on which evidence of the key that was given up meets the others. The cause of a
-- split is an identifier that both parts carry and that is cut, or links by name, by now.
-- History: never rebuilt, not by a full refresh either.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_unfinished() }}",
) }}

{% set met_type = 'coalesce(met_on.identifier_type, ' ~ anchor_type('newest_meetings.anchor') ~ ')' %}

with changes as (

    select * from {{ ref('int_identity__key_changes') }}

),

resolution as (

    select * from {{ ref('int_identity__resolution') }}

),

plan as (

    select * from {{ ref('int_identity__plan') }}

),

links as (

    select * from {{ ref('int_identity__links') }}

),

identifiers as (

    select * from {{ ref('int_identity__identifiers') }}

),

cuts as (

    select * from {{ ref('int_identity__cuts') }}

),

evidence as (

    select * from {{ ref('int_identity__evidence') }}

),

profiles as (

    select * from {{ ref('int_contacts__profiles') }}

),

created as (

    select
        'created' as event_type,
        changes.contact_key,
        changes.former_key,
        {{ anchor_type('min(resolution.anchor)') }} as identifier_type,
        {{ anchor_value('min(resolution.anchor)') }} as identifier_value,
        min_by(
            resolution.evidence_id,
            cast(resolution.first_observed_at as {{ engine_type('varchar') }}) || resolution.evidence_id
        ) as evidence_id,
        min(resolution.first_observed_at) as occurred_at,
        'first seen as ' || {{ anchor_type('min(resolution.anchor)') }} as reason
    from changes
    inner join resolution on changes.contact_key = resolution.contact_key
    where changes.change = 'created'
    group by
        changes.contact_key,
        changes.former_key

),

-- Merges: where evidence of the former key meets other evidence of the same person.
edges as (

    select
        resolution.contact_key,
        resolution.former_key,
        links.evidence_id,
        links.node,
        links.anchor,
        links.type_rank,
        links.first_observed_at
    from resolution
    inner join links on resolution.evidence_id = links.evidence_id
    where
        resolution.contact_key in (
            select changes.contact_key from changes
            where changes.change = 'merged'
        )

),

given_up_nodes as (

    select distinct
        changes.contact_key,
        changes.former_key,
        edges.node
    from changes
    inner join edges on changes.contact_key = edges.contact_key and changes.former_key = edges.former_key
    where changes.change = 'merged'

),

meetings as (

    select
        given_up_nodes.contact_key,
        given_up_nodes.former_key,
        edges.evidence_id,
        edges.node,
        edges.anchor,
        edges.first_observed_at,
        row_number() over (
            partition by given_up_nodes.contact_key, given_up_nodes.former_key
            order by edges.first_observed_at desc, edges.type_rank, edges.anchor, edges.evidence_id
        ) as place
    from given_up_nodes
    inner join edges on given_up_nodes.contact_key = edges.contact_key and given_up_nodes.node = edges.node
    where coalesce(edges.former_key, '') <> given_up_nodes.former_key

),

newest_meetings as (

    select * from meetings
    where place = 1

),

-- A link stands on the identifier's node, or, of a shared value, on the node with the name.
met_on as (

    select
        newest_meetings.contact_key,
        newest_meetings.former_key,
        min(identifiers.identifier_type) as identifier_type,
        min(identifiers.identifier_value) as identifier_value
    from newest_meetings
    inner join identifiers on newest_meetings.evidence_id = identifiers.evidence_id
    where identifiers.node = left(newest_meetings.node, length(identifiers.node))
    group by
        newest_meetings.contact_key,
        newest_meetings.former_key

),

merged as (

    select
        'merged' as event_type,
        changes.contact_key,
        changes.former_key,
        {{ met_type }} as identifier_type,
        coalesce(met_on.identifier_value, {{ anchor_value('newest_meetings.anchor') }}) as identifier_value,
        newest_meetings.evidence_id,
        coalesce(newest_meetings.first_observed_at, changes.resolved_at) as occurred_at,
        coalesce('one person: both carry the ' || {{ met_type }}, 'one person by what others have in common') as reason
    from changes
    left join newest_meetings
        on
            changes.contact_key = newest_meetings.contact_key
            and changes.former_key = newest_meetings.former_key
    left join met_on on changes.contact_key = met_on.contact_key and changes.former_key = met_on.former_key
    where changes.change = 'merged'

),

-- Splits: what both parts of the former key carry.
carried as (

    select distinct
        resolution.former_key,
        resolution.contact_key,
        identifiers.node
    from resolution
    inner join identifiers on resolution.evidence_id = identifiers.evidence_id
    where
        resolution.former_key in (
            select changes.former_key from changes
            where changes.change = 'split'
        )

),

torn as (

    select
        left_part.contact_key,
        left_part.former_key,
        left_part.node
    from changes
    inner join carried as left_part on changes.former_key = left_part.former_key and changes.contact_key = left_part.contact_key
    inner join carried as other_part on left_part.former_key = other_part.former_key and left_part.node = other_part.node
    where
        changes.change = 'split'
        and left_part.contact_key <> other_part.contact_key

),

ranked_torn as (

    select
        torn.contact_key,
        torn.former_key,
        torn.node,
        cuts.reason,
        row_number() over (
            partition by torn.contact_key, torn.former_key
            order by case when cuts.node is null then 1 else 0 end, torn.node
        ) as place
    from torn
    left join cuts on torn.node = cuts.node

),

-- The newest carrier is who changed what the value says.
newest_carriers as (

    select
        ranked_torn.contact_key,
        ranked_torn.former_key,
        ranked_torn.reason,
        identifiers.evidence_id,
        identifiers.identifier_type,
        identifiers.identifier_value,
        identifiers.first_observed_at,
        row_number() over (
            partition by ranked_torn.contact_key, ranked_torn.former_key
            order by
                identifiers.first_observed_at desc,
                identifiers.evidence_id,
                identifiers.identifier_type,
                identifiers.identifier_value
        ) as place
    from ranked_torn
    inner join identifiers on ranked_torn.node = identifiers.node
    where ranked_torn.place = 1

),

split as (

    select
        'split' as event_type,
        changes.contact_key,
        changes.former_key,
        newest_carriers.identifier_type,
        newest_carriers.identifier_value,
        newest_carriers.evidence_id,
        coalesce(newest_carriers.first_observed_at, changes.resolved_at) as occurred_at,
        case
            when newest_carriers.reason is not null
                then
                    'another person: the ' || newest_carriers.identifier_type || ' joins them no longer, '
                    || newest_carriers.reason
            when newest_carriers.identifier_type is not null
                then 'another person: the ' || newest_carriers.identifier_type || ' joins them no longer'
            else 'another person: what joined them is gone'
        end as reason
    from changes
    left join newest_carriers
        on
            changes.contact_key = newest_carriers.contact_key
            and changes.former_key = newest_carriers.former_key
            and newest_carriers.place = 1
    where changes.change = 'split'

),

retired as (

    select
        'retired' as event_type,
        contact_key,
        former_key,
        cast(null as {{ engine_type('varchar') }}) as identifier_type,
        cast(null as {{ engine_type('varchar') }}) as identifier_value,
        cast(null as {{ engine_type('varchar') }}) as evidence_id,
        resolved_at as occurred_at,
        'nothing is left of what was known' as reason
    from changes
    where change = 'retired'

),

got_a_name as (

    select
        contact_key,
        min(first_observed_at) as first_observed_at,
        max(case when former_key = contact_key then 1 else 0 end) as is_old
    from resolution
    group by contact_key
    having
        max(case when is_named then 1 else 0 end) = 1
        and max(case when former_key = contact_key and was_named then 1 else 0 end) = 0

),

names as (

    select
        got_a_name.contact_key,
        got_a_name.first_observed_at,
        got_a_name.is_old,
        min(profiles.observed_at) as occurred_at,
        min_by(
            profiles.evidence_id,
            cast(profiles.observed_at as {{ engine_type('varchar') }}) || profiles.record_id
        ) as evidence_id
    from got_a_name
    inner join resolution on got_a_name.contact_key = resolution.contact_key
    inner join profiles on resolution.evidence_id = profiles.evidence_id
    where
        profiles.first_name is not null
        and profiles.last_name is not null
    group by
        got_a_name.contact_key,
        got_a_name.first_observed_at,
        got_a_name.is_old

),

identified as (

    select
        'identified' as event_type,
        contact_key,
        cast(null as {{ engine_type('varchar') }}) as former_key,
        cast(null as {{ engine_type('varchar') }}) as identifier_type,
        cast(null as {{ engine_type('varchar') }}) as identifier_value,
        evidence_id,
        occurred_at,
        'first record with a name' as reason
    from names
    where
        is_old = 1
        or occurred_at > first_observed_at

),

united as (

    {% for event in ['created', 'identified', 'merged', 'split', 'retired'] %}
        select * from {{ event }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

final as (

    select
        plan.resolve,
        md5(
            cast(plan.resolve as {{ engine_type('varchar') }}) || '|' || united.event_type
            || '|' || coalesce(united.contact_key, '') || '|' || coalesce(united.former_key, '')
        ) as event_key,
        united.event_type,
        united.contact_key,
        united.former_key,
        united.identifier_type,
        united.identifier_value,
        evidence.vendor,
        evidence.record_id,
        united.occurred_at,
        plan.resolved_at,
        united.reason
    from united
    cross join plan
    left join evidence on united.evidence_id = evidence.evidence_id

)

select * from final
