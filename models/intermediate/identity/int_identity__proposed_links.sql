-- Grain: one row per evidence, node and identifier: what the rules on shared values would link, before people's decisions
-- (int_identity__links is what remains).
-- `anchor` is the identifier as it was observed; a person's key is made of the oldest one (int_identity__clusters). Of a
-- shared value only the name that carried it first may use the bare value as anchor, so that no two people share a key; a name
-- with a place is no anchor, since it can be guessed, nor is the key of a mailbox, since no record carries it.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_touched('value_node', 'int_identity__touched_nodes') }}",
) }}

with identifiers as (

    select * from {{ ref('int_identity__identifiers') }}
    where {{ is_touched('node', 'int_identity__touched_nodes') }}

),

cuts as (

    select * from {{ ref('int_identity__cuts') }}

),

name_groups as (

    select * from {{ ref('int_identity__name_groups') }}

),

addresses as (

    select * from {{ ref('int_contacts__email_addresses') }}

),

birth_years as (

    select * from {{ ref('identity_rules') }}
    where rule = 'birth_years_apart'

),

ranked as (

    select
        *,
        case
            when strength = 'composite' or node_type = 'email_key' then 9
            when identifier_type = 'email_md5' then 1
            when identifier_type = 'email_sha256' then 2
            when identifier_type = 'email_sha1' then 3
            when identifier_type = 'linkedin' then 4
            when node_type = 'vendor_id' then 5
            when identifier_type = 'phone' then 7
            when identifier_type in ('maid', 'pii') then 8
            else 6
        end as type_rank,
        case
            when strength = 'composite' or node_type = 'email_key' then 'evidence:' || evidence_id
            else identifier_type || ':' || identifier_value
        end as observed_as
    from identifiers

),

-- A number identifies an unnamed record on our own list only; a vendor's id with a number and no name could be the spouse's.
unshared as (

    select
        ranked.evidence_id,
        ranked.node,
        ranked.observed_as as anchor,
        ranked.type_rank,
        ranked.first_observed_at,
        ranked.name_key,
        ranked.strength <> 'strong' as is_weak,
        ranked.birth_year,
        nullif(ranked.person_ref_type, 'first_party_id') as person_ref_type,
        ranked.node as value_node
    from ranked
    left join cuts on ranked.node = cuts.node
    where
        cuts.node is null
        and (ranked.name_form is not null or ranked.strength <> 'weak' or ranked.vendor = 'first_party')

),

leading_names as (

    select distinct
        node,
        group_name
    from name_groups
    where group_name is not null

),

-- How well a shared address names each of the names that carry it.
fitting_names as (

    select
        leading_names.node,
        leading_names.group_name,
        {{ value_names(
            name_words('addresses.email'),
            "split_part(split_part(leading_names.group_name, '|', 1), ' ', 1)",
            "replace(split_part(leading_names.group_name, '|', 2), ' ', '')",
        ) }} as fit
    from leading_names
    inner join addresses on leading_names.node = 'email_md5:' || addresses.email_md5

),

best_fits as (

    select
        node,
        max(fit) as fit
    from fitting_names
    group by node
    having max(fit) > 0

),

named_alone as (

    select
        fitting_names.node,
        min(fitting_names.group_name) as group_name
    from fitting_names
    inner join best_fits
        on
            fitting_names.node = best_fits.node
            and fitting_names.fit = best_fits.fit
    group by fitting_names.node
    having count(*) = 1

),

-- A shared value may link carriers of one name. Unnamed evidence meets every name on the value, of up to four: it joins if all of
-- these are one person, which int_identity__components decides. Evidence without a vendor's id (a bare hash, a row of our list)
-- meets only the name that the address itself names, if it does; a vendor's id may be the husband's with his wife's mailbox.
-- A number that several people share says nothing about unnamed evidence.
shared as (

    select
        ranked.*,
        case
            when name_groups.name_form is not null then name_groups.group_name
            else ranked.name_form
        end as shared_name
    from ranked
    inner join cuts on ranked.node = cuts.node
    left join name_groups
        on
            ranked.node = name_groups.node
            and ranked.name_form = name_groups.name_form
    where
        cuts.action = 'by_name'
        and ranked.name_form is not null

    union all

    select
        ranked.*,
        coalesce(leading_names.group_name, cuts.only_name) as shared_name
    from ranked
    inner join cuts on ranked.node = cuts.node
    left join named_alone on ranked.node = named_alone.node
    left join leading_names
        on
            ranked.node = leading_names.node
            and (
                named_alone.node is null
                or named_alone.group_name = leading_names.group_name
                or ranked.person_ref_type <> 'first_party_id'
            )
    where
        cuts.action = 'by_name'
        and cuts.names <= 4
        and ranked.name_form is null
        and ranked.strength = 'strong'

),

born as (

    select
        node,
        shared_name,
        min(birth_year) as first_year,
        max(birth_year) as last_year
    from shared
    where shared_name is not null
    group by
        node,
        shared_name

),

-- Of one name but not of one age: evidence without a year of birth belongs to neither.
aged as (

    select
        shared.*,
        case
            when coalesce(born.last_year - born.first_year <= birth_years.threshold, true) then shared.shared_name
            when shared.birth_year - born.first_year <= birth_years.threshold
                then shared.shared_name || '|' || born.first_year
            when born.last_year - shared.birth_year <= birth_years.threshold
                then shared.shared_name || '|' || born.last_year
            else shared.shared_name || '|' || shared.birth_year
        end as person_name
    from shared
    inner join born
        on
            shared.node = born.node
            and shared.shared_name = born.shared_name
    left join birth_years on shared.node_type = birth_years.identifier_type

),

-- A number, or a name in a place, does not make one person of two ids of the same vendor, be their names the same: father and
-- son.
repeated_ids as (

    select
        node,
        person_name,
        person_ref_type
    from aged
    where
        strength <> 'strong'
        and person_ref_type <> 'first_party_id'
        and person_name is not null
    group by
        node,
        person_name,
        person_ref_type
    having min(evidence_id) <> max(evidence_id)

),

told_apart as (

    select distinct
        node,
        person_name
    from repeated_ids

),

places as (

    select
        node,
        person_name,
        row_number() over (
            partition by node
            order by min(first_observed_at), person_name
        ) as place
    from aged
    where
        person_name is not null
        and name_form is not null
    group by
        node,
        person_name

),

linked_by_name as (

    select
        aged.evidence_id,
        aged.node || '|' || aged.person_name as node,
        case
            when aged.type_rank = 9 then aged.observed_as
            when aged.name_form is null then aged.observed_as || '|?'
            when places.place = 1 then aged.observed_as
            else aged.observed_as || '|' || aged.person_name
        end as anchor,
        aged.type_rank,
        aged.first_observed_at,
        aged.name_key,
        aged.strength <> 'strong' as is_weak,
        aged.birth_year,
        nullif(aged.person_ref_type, 'first_party_id') as person_ref_type,
        aged.node as value_node
    from aged
    inner join places
        on
            aged.node = places.node
            and aged.person_name = places.person_name
    left join told_apart
        on
            aged.node = told_apart.node
            and aged.person_name = told_apart.person_name
    where told_apart.node is null

),

final as (

    select * from unshared

    union all

    select * from linked_by_name

)

select * from final
