-- Grain: one row per identifier that does not simply link everybody who carries it, with the rule and its reason.
--   cut       nobody is linked by it: a desk's mailbox, a placeholder, a value under too many last names.
--   by_name   it is shared (a family's mailbox, a landline): it links carriers of the same name only. E-mail and LinkedIn
--             compare first initials (last names change with marriage), phones the last name and the first initial. Whole
--             first names count where Lisa and Linda live together: one vendor gives the value to several of its person
--             ids, or a number has different first names under one last name and initial.
-- Two first names more than two letters apart are two people, not a typo (2026-11-21: one swapped or lost letter costs one or
-- two edits, the shortest pairs of real names three).
with identifiers as (

    select * from {{ ref('int_identity__identifiers') }}
    where node_type <> 'vendor_id'

),

addresses as (

    select * from {{ ref('int_contacts__email_addresses') }}

),

placeholders as (

    select * from {{ ref('placeholder_values') }}

),

rules as (

    select * from {{ ref('identity_rules') }}
    where rule = 'many_last_names'

),

carriers as (

    select
        node,
        min(node_type) as node_type,
        count(*) as carriers,
        min(first_name_key) as one_first_name,
        max(first_name_key) as other_first_name,
        min(left(first_name_key, 1)) as one_initial,
        max(left(first_name_key, 1)) as other_initial,
        min(last_name_key) as one_last_name,
        max(last_name_key) as other_last_name,
        min(last_name_key || '|' || coalesce(first_name_key, '')) as one_name,
        max(last_name_key || '|' || coalesce(first_name_key, '')) as other_name,
        min(last_name_key || '|' || coalesce(left(first_name_key, 1), '')) as one_short_name,
        max(last_name_key || '|' || coalesce(left(first_name_key, 1), '')) as other_short_name,
        {% for space in ['bigdbm_id', 'bigdbm_b2b_id', 'contactbased_id'] %}
            min(case when person_ref_type = '{{ space }}' then evidence_id end) as one_{{ space }},
            max(case when person_ref_type = '{{ space }}' then evidence_id end) as other_{{ space }},
        {% endfor %}
        min(first_observed_at) as first_observed_at
    from identifiers
    group by node
    having count(*) > 1

),

-- Counted only where there is more than one: most values are carried under a single name.
last_names as (

    select
        identifiers.node,
        count(distinct identifiers.last_name_key) as last_names
    from identifiers
    inner join carriers on identifiers.node = carriers.node
    where carriers.one_last_name <> carriers.other_last_name
    group by identifiers.node

),

-- Lisa and Linda Example, one number. L. Example is neither of them and both: a prefix is no other name.
namesakes as (

    select distinct node
    from (
        select
            identifiers.node,
            min(identifiers.first_name_key) as one_first_name,
            max(identifiers.first_name_key) as other_first_name
        from identifiers
        inner join carriers on identifiers.node = carriers.node
        where
            carriers.node_type = 'phone'
            and carriers.one_first_name <> carriers.other_first_name
            and identifiers.last_name_key is not null
        group by
            identifiers.node,
            identifiers.last_name_key,
            left(identifiers.first_name_key, 1)
    ) as same_initial
    where
        left(other_first_name, length(one_first_name)) <> one_first_name
        and levenshtein(one_first_name, other_first_name) > 2

),

counted as (

    select
        carriers.*,
        coalesce(last_names.last_names, case when carriers.one_last_name is null then 0 else 1 end) as last_names,
        coalesce(
            carriers.one_bigdbm_id <> carriers.other_bigdbm_id
            or carriers.one_bigdbm_b2b_id <> carriers.other_bigdbm_b2b_id
            or carriers.one_contactbased_id <> carriers.other_contactbased_id,
            false
        ) as has_several_ids,
        namesakes.node is not null as has_namesakes
    from carriers
    left join last_names on carriers.node = last_names.node
    left join namesakes on carriers.node = namesakes.node

),

measured as (

    select
        *,
        coalesce(
            (one_initial <> other_initial or has_several_ids)
            and levenshtein(one_first_name, other_first_name) > 2,
            false
        ) as has_several_first_names,
        has_several_ids or has_namesakes as compares_first_names,
        coalesce(
            case
                when has_several_ids or has_namesakes then one_name <> other_name
                else one_short_name <> other_short_name
            end,
            false
        ) as has_several_names
    from counted

),

desks as (

    select
        'email_md5:' || email_md5 as node,
        'email' as node_type,
        case when is_placeholder then 'placeholder' else 'role_mailbox' end as rule
    from addresses
    where
        is_valid
        and (is_role or is_placeholder)

),

nothings as (

    select
        kind || ':' || value as node,
        case when left(kind, 6) = 'email_' then 'email' else kind end as node_type,
        'placeholder' as rule
    from placeholders
    where kind in ('email_md5', 'email_sha1', 'email_sha256', 'phone', 'maid')

),

by_list as (

    select
        node,
        min(node_type) as node_type,
        min(rule) as rule
    from (
        select * from desks

        union all

        select * from nothings
    ) as listed
    group by node

),

-- A listed value that nobody carries is no cut.
listed_cuts as (

    select
        by_list.node,
        by_list.node_type,
        'cut' as action,
        by_list.rule,
        case by_list.rule
            when 'role_mailbox' then 'the local part names a desk (seed role_mailboxes), not a person'
            else 'the value stands for nothing (seed placeholder_values)'
        end as reason,
        count(*) as carriers,
        count(distinct identifiers.last_name_key) as last_names,
        false as compares_first_names,
        cast(null as {{ engine_type('varchar') }}) as only_name,
        min(identifiers.first_observed_at) as first_observed_at
    from by_list
    inner join identifiers on by_list.node = identifiers.node
    group by
        by_list.node,
        by_list.node_type,
        by_list.rule

),

measured_cuts as (

    select
        measured.node,
        measured.node_type,
        case when measured.last_names > rules.threshold then 'cut' else 'by_name' end as action,
        case
            when measured.last_names > rules.threshold then 'many_last_names'
            when measured.node_type = 'phone' and measured.has_several_names then 'several_names'
            when measured.has_several_first_names then 'several_first_names'
            else 'several_vendor_ids'
        end as rule,
        case
            when measured.last_names > rules.threshold then rules.reason
            when measured.node_type = 'phone' and measured.has_several_names
                then 'people of different names answer this number: a household or a re-assigned number'
            when measured.has_several_first_names then 'people of different first names share it: a household'
            else 'one vendor gives it to several of its person ids'
        end as reason,
        measured.carriers,
        measured.last_names,
        measured.compares_first_names,
        case
            when measured.node_type <> 'phone' and not measured.has_several_first_names then ''
        end as only_name,
        measured.first_observed_at
    from measured
    left join rules on measured.node_type = rules.identifier_type
    left join by_list on measured.node = by_list.node
    where
        by_list.node is null
        and (
            measured.last_names > rules.threshold
            or measured.has_several_ids
            or measured.has_several_first_names
            or (measured.node_type = 'phone' and measured.has_several_names)
        )

),

united as (

    select * from listed_cuts

    union all

    select * from measured_cuts

),

final as (

    select
        node,
        node_type,
        split_part(node, ':', 1) as identifier_type,
        substr(node, length(split_part(node, ':', 1)) + 2) as identifier_value,
        action,
        rule,
        reason,
        carriers,
        last_names,
        compares_first_names,
        only_name,
        first_observed_at
    from united

)

select * from final
