-- Grain: one row per shared value (node) that does not link all of its carriers, with the rule and its reason.
--   cut       it links no carriers: a role's mailbox, a placeholder, a company's main line, a value under too many names, under
--             too many ids of one vendor or on too many records.
--   by_name   it links carriers of the same name only (int_identity__name_groups): people of different names share it, or people
--             of one name whose suffixes, birth years or ids at one vendor contradict each other.
-- A nickname, a typo or a new last name on a person's own address cuts nothing. Thresholds: seed identity_rules.
-- Everything here follows from the value's own carriers (and seeds): what others carry changes nothing.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_touched('node', 'int_identity__touched_nodes') }}",
) }}

with identifiers as (

    select * from {{ ref('int_identity__identifiers') }}
    where {{ is_touched('node', 'int_identity__touched_nodes') }}

),

-- Also what carriers of a touched value carry besides.
all_identifiers as (

    select * from {{ ref('int_identity__identifiers') }}

),

name_groups as (

    select * from {{ ref('int_identity__name_groups') }}
    where {{ is_touched('node', 'int_identity__touched_nodes') }}

),

addresses as (

    select * from {{ ref('int_contacts__email_addresses') }}

),

profiles as (

    select * from {{ ref('int_contacts__profiles') }}

),

placeholders as (

    select * from {{ ref('placeholder_values') }}

),

rules as (

    select * from {{ ref('identity_rules') }}

),

thresholds as (

    select
        identifier_type,
        max(case when rule = 'many_names' then threshold end) as many_names,
        max(case when rule = 'many_names' then reason end) as many_names_reason,
        max(case when rule = 'many_last_names' then threshold end) as many_last_names,
        max(case when rule = 'many_last_names' then reason end) as many_last_names_reason,
        max(case when rule = 'many_carriers' then threshold end) as many_carriers,
        max(case when rule = 'many_carriers' then reason end) as many_carriers_reason,
        max(case when rule = 'many_vendor_ids' then threshold end) as many_vendor_ids,
        max(case when rule = 'many_vendor_ids' then reason end) as many_vendor_ids_reason,
        max(case when rule = 'birth_years_apart' then threshold end) as birth_years_apart,
        max(case when rule = 'birth_years_apart' then reason end) as birth_years_apart_reason,
        max(case when rule = 'switchboard' then threshold end) as switchboard,
        max(case when rule = 'switchboard' then reason end) as switchboard_reason
    from rules
    group by identifier_type

),

carriers as (

    select
        node,
        min(node_type) as node_type,
        min(strength) as strength,
        count(*) as carriers,
        min(name_form) as one_form,
        max(name_form) as other_form,
        min(birth_year) as one_birth_year,
        max(birth_year) as other_birth_year,
        min(first_observed_at) as first_observed_at
    from identifiers
    group by node
    having count(*) > 1

),

-- Counted only where there is more than one: most values are carried under a single name.
spellings as (

    select
        identifiers.node,
        count(distinct identifiers.name_form) as forms
    from identifiers
    inner join carriers on identifiers.node = carriers.node
    where carriers.one_form <> carriers.other_form
    group by identifiers.node

),

grouped as (

    select
        node,
        count(distinct coalesce(group_name, name_form)) as names,
        count(distinct group_last_name_key) as last_names,
        min(group_name) as one_name
    from name_groups
    group by node

),

-- Two ids of one vendor are two people to that vendor; our own list has people twice.
repeated as (

    select
        node,
        person_ref_type
    from identifiers
    where person_ref_type <> 'first_party_id'
    group by
        node,
        person_ref_type
    having min(evidence_id) <> max(evidence_id)

),

vendor_ids as (

    select
        identifiers.node,
        identifiers.person_ref_type,
        count(distinct identifiers.evidence_id) as ids
    from identifiers
    inner join repeated
        on
            identifiers.node = repeated.node
            and identifiers.person_ref_type = repeated.person_ref_type
    group by
        identifiers.node,
        identifiers.person_ref_type

),

most_ids as (

    select
        node,
        max(ids) as ids
    from vendor_ids
    group by node

),

several_answers as (

    select node
    from identifiers
    where
        node_type = 'pii'
        and vendor <> 'first_party'
    group by
        node,
        vendor
    having min(evidence_id) <> max(evidence_id)

),

-- One name in one place or at one number, but two profiles: namesakes.
several_profiles as (

    select identifiers.node
    from identifiers
    inner join carriers on identifiers.node = carriers.node
    inner join all_identifiers as own_profiles on identifiers.evidence_id = own_profiles.evidence_id
    where
        identifiers.strength <> 'strong'
        and (identifiers.strength = 'composite' or carriers.one_form = carriers.other_form)
        and own_profiles.node_type = 'linkedin'
    group by identifiers.node
    having min(own_profiles.identifier_value) <> max(own_profiles.identifier_value)

),

switchboards as (

    select distinct 'phone:' || company_phone as node
    from profiles
    where company_phone is not null

),

role_addresses as (

    select
        'email_md5:' || email_md5 as node,
        case when is_placeholder then 'placeholder' else 'role_mailbox' end as rule
    from addresses
    where
        is_valid
        and (is_role or is_placeholder)

),

nothings as (

    select
        kind || ':' || value as node,
        'placeholder' as rule
    from placeholders
    where kind in ('email_md5', 'email_sha1', 'email_sha256', 'phone', 'maid')

),

by_list as (

    select
        node,
        min(rule) as rule
    from (
        select * from role_addresses

        union all

        select * from nothings
    ) as listed
    group by node

),

-- A listed value is a cut even with one carrier; without a carrier it is not.
listed_carriers as (

    select
        by_list.node,
        by_list.rule,
        min(identifiers.node_type) as node_type,
        count(*) as carriers,
        count(distinct identifiers.name_form) as names,
        count(distinct identifiers.last_name_key) as last_names,
        min(identifiers.first_observed_at) as first_observed_at
    from by_list
    inner join identifiers on by_list.node = identifiers.node
    group by
        by_list.node,
        by_list.rule

),

measured as (

    select
        carriers.node,
        carriers.node_type,
        carriers.strength,
        carriers.carriers,
        coalesce(grouped.names, spellings.forms, case when carriers.one_form is null then 0 else 1 end) as names,
        coalesce(grouped.last_names, spellings.forms, case when carriers.one_form is null then 0 else 1 end) as last_names,
        case
            when grouped.names = 1 then grouped.one_name
            when carriers.one_form = carriers.other_form then carriers.one_form
        end as only_name,
        carriers.first_observed_at,
        case
            when switchboards.node is not null and spellings.forms > thresholds.switchboard then 'switchboard'
            when spellings.forms > thresholds.many_names then 'many_names'
            when grouped.last_names > thresholds.many_last_names then 'many_last_names'
            when most_ids.ids > thresholds.many_vendor_ids then 'many_vendor_ids'
            when carriers.carriers > thresholds.many_carriers then 'many_carriers'
            when several_answers.node is not null then 'several_answers'
            when several_profiles.node is not null then 'several_profiles'
        end as cutting_rule,
        case
            when grouped.last_names > 1 then 'several_names'
            when grouped.names > 1 then 'several_first_names'
            when most_ids.ids is not null then 'several_vendor_ids'
            when carriers.other_birth_year - carriers.one_birth_year > thresholds.birth_years_apart then 'birth_years_apart'
        end as separating_rule,
        thresholds.switchboard_reason,
        thresholds.many_names_reason,
        thresholds.many_last_names_reason,
        thresholds.many_vendor_ids_reason,
        thresholds.many_carriers_reason,
        thresholds.birth_years_apart_reason
    from carriers
    left join thresholds on carriers.node_type = thresholds.identifier_type
    left join spellings on carriers.node = spellings.node
    left join grouped on carriers.node = grouped.node
    left join most_ids on carriers.node = most_ids.node
    left join several_answers on carriers.node = several_answers.node
    left join several_profiles on carriers.node = several_profiles.node
    left join switchboards on carriers.node = switchboards.node
    left join by_list on carriers.node = by_list.node
    where by_list.node is null

),

united as (

    select
        node,
        node_type,
        'cut' as action,
        rule,
        case rule
            when 'role_mailbox' then 'The local part names a desk (seed role_mailboxes), not a person.'
            else 'The value stands for nothing (seed placeholder_values).'
        end as reason,
        carriers,
        names,
        last_names,
        cast(null as {{ engine_type('varchar') }}) as only_name,
        first_observed_at
    from listed_carriers

    union all

    select
        node,
        node_type,
        case when cutting_rule is null then 'by_name' else 'cut' end as action,
        coalesce(cutting_rule, separating_rule) as rule,
        case coalesce(cutting_rule, separating_rule)
            when 'switchboard' then switchboard_reason
            when 'many_names' then many_names_reason
            when 'many_last_names' then many_last_names_reason
            when 'many_vendor_ids' then many_vendor_ids_reason
            when 'many_carriers' then many_carriers_reason
            when 'several_answers' then 'A vendor that was asked for this name and address knows several people there.'
            when 'several_profiles' then 'One name in one place or at one number, but two LinkedIn profiles: namesakes.'
            when 'several_names' then 'People of different last names carry it: a household, or a value that changed hands.'
            when 'several_first_names' then 'People of one last name carry it: a household.'
            when 'several_vendor_ids' then 'One vendor gives it to several of its person ids.'
            else birth_years_apart_reason
        end as reason,
        carriers,
        names,
        last_names,
        only_name,
        first_observed_at
    from measured
    where coalesce(cutting_rule, separating_rule) is not null

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
        names,
        last_names,
        only_name,
        first_observed_at
    from united

)

select * from final
