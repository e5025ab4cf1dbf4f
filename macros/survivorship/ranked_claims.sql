{#- A complete select: the rows of `claims` (int_contacts__claims) with their place among the claims about the person's name, home,
    employment or single fact: claim_rank 1 wins, has_won marks what says the same as the winner, reason says why. A part of a claim
    (an initial, a town without its street, an employer without its domain) agrees with the one fuller claim it fits.
    Order: not refuted by its own vendor > not replaced by its own vendor > the four steps of the seed survivorship_rules (as
    shipped: validated > fresh > agreed by more vendors > trusted vendor) > more complete > surer vendor > newer > alphabet.
    Reads the model's imports rules and trust. -#}
{% macro ranked_claims(claims) -%}
    {%- set steps = survivorship_steps() -%}
    {%- set values = ['value_1', 'value_2', 'value_3', 'value_4', 'value_5'] -%}
    {%- set compared = {'name': ['formal'] + values[1:], 'location': values, 'employment': values} -%}
    with sizes as (

        select
            contact_key,
            claim
        from {{ claims }}
        group by
            contact_key,
            claim
        having count(*) > 1

    ),

    -- Where only one vendor says one thing there is nothing to decide.
    undisputed as (

        select {{ claims }}.*
        from {{ claims }}
        left join sizes
            on
                {{ claims }}.contact_key = sizes.contact_key
                and {{ claims }}.claim = sizes.claim
        where sizes.claim is null

    ),

    disputed as (

        select {{ claims }}.*
        from {{ claims }}
        inner join sizes
            on
                {{ claims }}.contact_key = sizes.contact_key
                and {{ claims }}.claim = sizes.claim

    ),

    -- The whole that a part fits, where it fits only one.
    full_claims as (

        {% for claim in compared %}
            {% for level in range(1, 4 if claim != 'employment' else 3) %}
                select
                    contact_key,
                    claim,
                    {{ level }} as level,
                    'part{{ level }}:' || {{ claim_part(claim, level, compared[claim]) }} as part_key,
                    min(own_key) as full_key
                from disputed
                where
                    claim = '{{ claim }}'
                    and level = 0
                    and not is_refuted
                group by
                    contact_key,
                    claim,
                    'part{{ level }}:' || {{ claim_part(claim, level, compared[claim]) }}
                having min(own_key) = max(own_key)
                {{ 'union all' if not loop.last }}
            {% endfor %}
            {{ 'union all' if not loop.last }}
        {% endfor %}

    ),

    partials_matched as (

        select
            disputed.*,
            coalesce(full_claims.full_key, disputed.own_key) as agreement_key
        from disputed
        left join full_claims
            on
                disputed.contact_key = full_claims.contact_key
                and disputed.claim = full_claims.claim
                and disputed.level = full_claims.level
                and disputed.own_key = full_claims.part_key

    ),

    -- A claim that its vendor has replaced, or refutes, agrees with no other.
    support as (

        select
            contact_key,
            claim,
            agreement_key,
            count(distinct vendor) as agreeing_vendors
        from partials_matched
        where
            not is_superseded
            and not is_refuted
        group by
            contact_key,
            claim,
            agreement_key

    ),

    weighed as (

        select
            partials_matched.*,
            rules.first_step,
            rules.second_step,
            rules.third_step,
            rules.fourth_step,
            case when partials_matched.is_refuted then 1 else 0 end as refuted_step,
            case when partials_matched.is_superseded then 1 else 0 end as superseded_step,
            {% for step in ['first_step', 'second_step', 'third_step', 'fourth_step'] %}
                {{ survivorship_step('rules.' ~ step, {
                    'validated': 'case when partials_matched.is_validated then 0 else 1 end',
                    'fresh': 'case when partials_matched.is_fresh then 0 else 1 end',
                    'agreed': '-coalesce(support.agreeing_vendors, 0)',
                    'trusted': 'coalesce(trust.priority, 99)',
                }) }} as step_{{ loop.index }},
            {% endfor %}
            -partials_matched.filled as filled_step,
            -coalesce(partials_matched.validation_score, -1) as score_step,
            -coalesce({{ days_between("timestamp '1970-01-01 00:00:00'", 'partials_matched.as_of') }}, 0) as age_step
        from partials_matched
        left join support
            on
                partials_matched.contact_key = support.contact_key
                and partials_matched.claim = support.claim
                and partials_matched.agreement_key = support.agreement_key
        left join rules on partials_matched.rule_group = rules.attribute_group
        left join trust
            on
                partials_matched.vendor = trust.vendor
                and partials_matched.rule_group = trust.attribute_group

    ),

    numbered as (

        select
            *,
            row_number() over (
                partition by contact_key, claim
                order by
                    {{ steps | join(', ') }}, agreement_key, level, vendor, own_key
            ) as place
        from weighed

    ),

    placed as (

        select
            *,
            min(place) over (partition by contact_key, claim, agreement_key) as best_place
        from numbered

    ),

    -- Each thing that is by_place competes by the best claim that says it: the winner with the runner-up, the others with the winner.
    compared_with_rival as (

        select
            contact_key,
            claim,
            agreement_key,
            first_step,
            second_step,
            third_step,
            fourth_step,
            {% for step in steps %}
                {{ step }},
                case
                    when row_number() over by_place = 1 then lead({{ step }}) over by_place
                    else first_value({{ step }}) over by_place
                end as other_{{ step }},
            {% endfor %}
            row_number() over by_place as claim_place,
            count(*) over (partition by contact_key, claim) as distinct_claims
        from placed
        where place = best_place
        window by_place as (partition by contact_key, claim order by place)

    ),

    reasons as (

        select
            contact_key,
            claim,
            agreement_key,
            claim_place = 1 as has_won,
            case
                when distinct_claims = 1 then 'only_value'
                else {{ decided_by('', 'other_') }}
            end as reason
        from compared_with_rival

    ),

    -- Among claims that agree a name in full goes before its initial.
    ranked as (

        select
            placed.*,
            reasons.has_won,
            reasons.reason,
            row_number() over (
                partition by placed.contact_key, placed.claim
                order by
                    placed.best_place,
                    case when placed.claim = 'name' then placed.level else 0 end,
                    placed.place
            ) as claim_rank
        from placed
        inner join reasons
            on
                placed.contact_key = reasons.contact_key
                and placed.claim = reasons.claim
                and placed.agreement_key = reasons.agreement_key

    )

    {% for relation in ['ranked', 'undisputed'] %}
        select
            contact_key,
            claim,
            vendor,
            record_id,
            as_of,
            is_fresh,
            is_superseded,
            is_refuted,
            is_validated,
            validation_score,
            vendor_value,
            formal,
            {% for value in values %}
                {{ value }},
            {% endfor %}
            {% if relation == 'ranked' %}
                claim_rank,
                has_won,
                reason,
                true as is_disputed
            {% else %}
                1 as claim_rank,
                true as has_won,
                'only_value' as reason,
                false as is_disputed
            {% endif %}
        from {{ relation }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
{%- endmacro %}
