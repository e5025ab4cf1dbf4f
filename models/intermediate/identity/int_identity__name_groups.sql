-- Grain: one row per shared value (node) and name that carries it, of values that are carried under several names: which names
-- are one person's there.
-- A leader gathers the names that agree with it (macro names_agree). Leaders are sought among full names first, known given
-- names before others, then the best supported, the oldest, the first in the alphabet. A name that agrees only with a variant
-- starts a group of its own (no chains John - J. - Jane); one that agrees with two leaders joins neither. A single name or an
-- initial joins the only full name that it fits; on a value that is not a person's own, only where no other full name is known.
-- group_name is NULL for a name that could be either of two people there.
-- Values under more names than a person, family or household has (rule many_names) have no rows: they are cut, and are never
-- compared in pairs.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_touched('node', 'int_identity__touched_nodes') }}",
) }}

with identifiers as (

    select * from {{ ref('int_identity__identifiers') }}
    where
        name_form is not null
        and {{ is_touched('node', 'int_identity__touched_nodes') }}

),

names as (

    select * from {{ ref('int_identity__names') }}

),

rules as (

    select * from {{ ref('identity_rules') }}
    where rule = 'many_names'

),

several as (

    select
        node,
        min(node_type) as node_type,
        min(strength) as strength
    from identifiers
    group by node
    having min(name_form) <> max(name_form)

),

carried as (

    select
        identifiers.node,
        several.node_type,
        several.strength,
        identifiers.name_form,
        count(*) as carriers,
        min(identifiers.first_observed_at) as first_observed_at,
        min(identifiers.evidence_id) as one_evidence_id
    from identifiers
    inner join several on identifiers.node = several.node
    group by
        identifiers.node,
        several.node_type,
        several.strength,
        identifiers.name_form

),

counted as (

    select
        *,
        count(*) over (partition by node) as forms
    from carried

),

named as (

    select
        counted.node,
        counted.node_type in ('email', 'linkedin', 'vendor_id', 'pii') as is_personal,
        counted.node_type = 'linkedin' as is_profile,
        counted.strength = 'strong' as is_own,
        counted.name_form,
        counted.carriers,
        counted.first_observed_at,
        names.first_name_key,
        names.given_key,
        names.first_name_canonical,
        names.formal_names,
        names.middle_key,
        names.last_name_key,
        names.last_name_words,
        names.suffix_key,
        names.is_partial,
        names.is_known_given_name
    from counted
    inner join names on counted.one_evidence_id = names.evidence_id
    left join rules on counted.node_type = rules.identifier_type
    where counted.forms <= least(coalesce(rules.threshold, 50), 50)

),

namesakes as (

    select
        node,
        first_name_canonical,
        last_name_key,
        min(suffix_key) as one_suffix,
        max(suffix_key) as other_suffix,
        min(middle_key) as one_middle,
        max(middle_key) as other_middle
    from named
    group by
        node,
        first_name_canonical,
        last_name_key

),

-- Where suffixes separate two carriers of one name, a carrier without a suffix belongs to neither. On a value that a family
-- shares, one suffix is enough (it implies another person of the same name), and middle initials count as suffixes do.
forms as (

    select
        named.*,
        coalesce(
            named.suffix_key is null
            and (namesakes.one_suffix <> namesakes.other_suffix or (not named.is_own and namesakes.one_suffix is not null)),
            false
        )
        or coalesce(
            named.middle_key is null and not named.is_own and namesakes.one_middle <> namesakes.other_middle, false
        ) as is_either,
        row_number() over (
            partition by named.node
            order by
                named.is_partial,
                coalesce(named.formal_names like ',%,%,', false),
                not named.is_known_given_name,
                named.carriers desc,
                named.first_observed_at,
                named.name_form
        ) as place
    from named
    inner join namesakes
        on
            named.node = namesakes.node
            and named.first_name_canonical is not distinct from namesakes.first_name_canonical
            and named.last_name_key is not distinct from namesakes.last_name_key

),

-- One vendor's two person ids under two names: the vendor says that they are two. (Our own list has people twice.)
vendor_pairs as (

    select distinct
        forms.node,
        forms.name_form,
        identifiers.person_ref_type
    from forms
    inner join identifiers
        on
            forms.node = identifiers.node
            and forms.name_form = identifiers.name_form
    where identifiers.person_ref_type <> 'first_party_id'

),

told_apart as (

    select distinct
        one.node,
        one.name_form,
        other.name_form as other_form
    from vendor_pairs as one
    inner join vendor_pairs as other
        on
            one.node = other.node
            and one.person_ref_type = other.person_ref_type
    where one.name_form <> other.name_form

),

agreeing as (

    select
        later.node,
        later.place,
        earlier.place as earlier_place
    from forms as later
    inner join forms as earlier on later.node = earlier.node
    left join told_apart
        on
            later.node = told_apart.node
            and later.name_form = told_apart.name_form
            and earlier.name_form = told_apart.other_form
    where
        earlier.place < later.place
        and not later.is_partial
        and not later.is_either
        and not earlier.is_either
        and {{ names_agree('later', 'earlier', 'later.is_personal', '(told_apart.node is not null)', 'later.is_profile') }}
        and (
            told_apart.node is null
            or later.is_personal
            or (
                later.first_name_canonical = earlier.first_name_canonical
                and later.last_name_key = earlier.last_name_key
            )
        )

),

variants as (

    select distinct
        node,
        place
    from agreeing

),

leaders as (

    select forms.*
    from forms
    left join variants
        on
            forms.node = variants.node
            and forms.place = variants.place
    where
        variants.place is null
        and not forms.is_partial

),

fitting as (

    select
        forms.node,
        forms.place,
        min(leaders.place) as leader_place
    from forms
    inner join leaders on forms.node = leaders.node
    left join told_apart
        on
            forms.node = told_apart.node
            and forms.name_form = told_apart.name_form
            and leaders.name_form = told_apart.other_form
    where
        forms.is_partial
        and (told_apart.node is null or forms.is_own)
        and {{ name_fits('forms', 'leaders', 'forms.is_personal') }}
    group by
        forms.node,
        forms.place
    having count(*) = 1

),

-- On a household's number an initial or a last name alone fits too easily: only a first name, where one full name is all there
-- is.
counted_leaders as (

    select
        node,
        count(*) as leaders
    from leaders
    group by node

),

-- What agrees with two leaders (who do not agree with each other) joins neither: Chris of Christopher and Christine.
led as (

    select
        agreeing.node,
        agreeing.place,
        min(agreeing.earlier_place) as leader_place
    from agreeing
    inner join leaders
        on
            agreeing.node = leaders.node
            and agreeing.earlier_place = leaders.place
    group by
        agreeing.node,
        agreeing.place
    having count(*) = 1

    union all

    select
        fitting.node,
        fitting.place,
        fitting.leader_place
    from fitting
    inner join forms
        on
            fitting.node = forms.node
            and fitting.place = forms.place
    inner join counted_leaders on fitting.node = counted_leaders.node
    where
        forms.is_own
        or (counted_leaders.leaders = 1 and length(forms.given_key) > 1)

),

final as (

    select
        forms.node,
        forms.name_form,
        case when not forms.is_either then leading_forms.name_form end as group_name,
        leading_forms.last_name_key as group_last_name_key
    from forms
    left join led
        on
            forms.node = led.node
            and forms.place = led.place
    inner join forms as leading_forms
        on
            forms.node = leading_forms.node
            and coalesce(led.leader_place, forms.place) = leading_forms.place

)

select * from final
