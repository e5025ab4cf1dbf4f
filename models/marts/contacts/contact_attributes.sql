-- Grain: one row per person, attribute and claim (a vendor's value). is_winner marks what contacts shows, reason says why.
-- Fields that belong together win together (a street never takes another record's town): a claim is a name, an address or an
-- employment as a whole, or a single fact (int_contacts__claims). A part of a claim (an initial, a town without its street, an
-- employer without its domain) agrees with the one fuller claim it fits; what the winner leaves open is filled from who agrees.
-- Order: not refuted by its own vendor > not replaced by its own vendor > the four steps of the seed survivorship_rules (as
-- shipped: validated > fresh > agreed by more vendors > trusted vendor) > more complete > surer vendor > newer > alphabet.
-- E-mail addresses and phones are ranked by the same rules in contact_emails and contact_phones, where their verdicts are known.
{% set places = claim_places() %}
{% set steps = survivorship_steps() %}
{% set values = ['value_1', 'value_2', 'value_3', 'value_4', 'value_5'] %}
{% set compared = {'name': ['formal'] + values[1:], 'location': values, 'employment': values} %}

with claims as (

    select * from {{ ref('int_contacts__claims') }}

),

emails as (

    select * from {{ ref('int_contacts__emails') }}
    where email is not null

),

phones as (

    select * from {{ ref('int_contacts__phones') }}

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

contact_emails as (

    select * from {{ ref('contact_emails') }}

),

contact_phones as (

    select * from {{ ref('contact_phones') }}

),

rules as (

    select * from {{ ref('survivorship_rules') }}

),

trust as (

    select * from {{ ref('int_contacts__vendor_trust') }}

),

sizes as (

    select
        contact_key,
        claim
    from claims
    group by
        contact_key,
        claim
    having count(*) > 1

),

-- Where only one vendor says one thing there is nothing to decide.
undisputed as (

    select claims.*
    from claims
    left join sizes
        on
            claims.contact_key = sizes.contact_key
            and claims.claim = sizes.claim
    where sizes.claim is null

),

disputed as (

    select claims.*
    from claims
    inner join sizes
        on
            claims.contact_key = sizes.contact_key
            and claims.claim = sizes.claim

),

-- The whole that a part fits, where it fits only one.
wholes as (

    {% for claim in places %}
        {% for level in range(1, 4 if claim != 'employment' else 3) %}
            select
                contact_key,
                claim,
                {{ level }} as level,
                'part{{ level }}:' || {{ claim_part(claim, level, compared[claim]) }} as part_key,
                min(own_key) as whole_key
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

fitted as (

    select
        disputed.*,
        coalesce(wholes.whole_key, disputed.own_key) as agreement_key
    from disputed
    left join wholes
        on
            disputed.contact_key = wholes.contact_key
            and disputed.claim = wholes.claim
            and disputed.level = wholes.level
            and disputed.own_key = wholes.part_key

),

-- A claim that its vendor has replaced, or refutes, agrees with no other.
support as (

    select
        contact_key,
        claim,
        agreement_key,
        count(distinct vendor) as agreeing_vendors
    from fitted
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
        fitted.*,
        rules.first_step,
        rules.second_step,
        rules.third_step,
        rules.fourth_step,
        case when fitted.is_refuted then 1 else 0 end as refuted_step,
        case when fitted.is_superseded then 1 else 0 end as superseded_step,
        {% for step in ['first_step', 'second_step', 'third_step', 'fourth_step'] %}
            {{ survivorship_step('rules.' ~ step, {
                'validated': 'case when fitted.is_validated then 0 else 1 end',
                'fresh': 'case when fitted.is_fresh then 0 else 1 end',
                'agreed': '-coalesce(support.agreeing_vendors, 0)',
                'trusted': 'coalesce(trust.priority, 99)',
            }) }} as step_{{ loop.index }},
        {% endfor %}
        -fitted.filled as filled_step,
        -coalesce(fitted.validation_score, -1) as score_step,
        -{{ days_between("timestamp '1970-01-01 00:00:00'", 'fitted.as_of') }} as age_step
    from fitted
    left join support
        on
            fitted.contact_key = support.contact_key
            and fitted.claim = support.claim
            and fitted.agreement_key = support.agreement_key
    left join rules on fitted.rule_group = rules.attribute_group
    left join trust
        on
            fitted.vendor = trust.vendor
            and fitted.rule_group = trust.attribute_group

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

-- Each thing that is said competes by the best claim that says it: the winner with the runner-up, the others with the winner.
duels as (

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
                when row_number() over said = 1 then lead({{ step }}) over said
                else first_value({{ step }}) over said
            end as other_{{ step }},
        {% endfor %}
        row_number() over said as said_place,
        count(*) over (partition by contact_key, claim) as things_said
    from placed
    where place = best_place
    window said as (partition by contact_key, claim order by place)

),

reasons as (

    select
        contact_key,
        claim,
        agreement_key,
        said_place = 1 as has_won,
        case
            when things_said = 1 then 'only_value'
            else {{ decided_by('', 'other_') }}
        end as reason
    from duels

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

),

united as (

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
        claim_rank,
        has_won,
        reason,
        true as is_disputed
    from ranked

    union all

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
        1 as claim_rank,
        true as has_won,
        'only_value' as reason,
        false as is_disputed
    from undisputed

),

attributes as (

    {% for claim, names in places.items() %}
        {% for name in names %}
            select
                '{{ claim }}' as claim,
                '{{ name }}' as attribute,
                {{ loop.index }} as place
            union all
        {% endfor %}
    {% endfor %}
    {% for fact in single_facts() %}
        select
            '{{ fact }}' as claim,
            '{{ fact }}' as attribute,
            1 as place
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

split as (

    select
        united.contact_key,
        attributes.attribute,
        case attributes.place
            {% for value in values %}
                when {{ loop.index }} then united.{{ value }}
            {% endfor %}
        end as value,
        case
            when attributes.attribute = 'seniority' or united.claim = attributes.attribute then united.vendor_value
        end as vendor_value,
        united.formal,
        united.vendor,
        united.record_id,
        united.as_of,
        united.is_validated,
        united.is_refuted,
        united.is_superseded,
        united.is_fresh,
        united.claim_rank,
        united.has_won,
        united.reason,
        united.is_disputed,
        united.validation_score
    from united
    inner join attributes on united.claim = attributes.claim

),

-- A single vendor's claim is compared with nothing.
valued as (

    select
        *,
        case when is_disputed then {{ compared_value('attribute', 'value', 'formal') }} end as compared
    from split
    where value is not null

),

matched as (

    select
        *,
        coalesce(compared, lower(value)) as same_as,
        case when not is_superseded and not is_refuted then compared end as stands_for
    from valued

),

-- Per attribute: vendors with the same value, whether any contradicts, and the best of the winning claims that has a value.
agreement as (

    select
        contact_key,
        attribute,
        same_as,
        count(distinct vendor) as agreeing_vendors
    from matched
    where
        is_disputed
        and not is_superseded
        and not is_refuted
    group by
        contact_key,
        attribute,
        same_as

),

contradictions as (

    select
        contact_key,
        attribute,
        min(case when has_won then claim_rank end) as winner_rank,
        case
            -- an age gives the year of birth give or take one
            when attribute = 'birth_year'
                then
                    max(cast(case when attribute = 'birth_year' then stands_for end as integer))
                    - min(cast(case when attribute = 'birth_year' then stands_for end as integer)) > 1
            else min(stands_for) <> max(stands_for)
        end as is_conflict
    from matched
    where is_disputed
    group by
        contact_key,
        attribute

),

decided as (

    select
        matched.*,
        coalesce(agreement.agreeing_vendors, case when matched.is_disputed then 0 else 1 end) as agreeing_vendors,
        coalesce(contradictions.is_conflict, false) as is_conflict,
        not matched.is_disputed or coalesce(matched.claim_rank = contradictions.winner_rank, false) as is_winner
    from matched
    left join contradictions
        on
            matched.contact_key = contradictions.contact_key
            and matched.attribute = contradictions.attribute
    left join agreement
        on
            matched.contact_key = agreement.contact_key
            and matched.attribute = agreement.attribute
            and matched.same_as = agreement.same_as

),

-- One row per vendor that knows an address or number.
reached as (

    select
        clusters.contact_key,
        'email' as attribute,
        emails.email as value,
        emails.vendor,
        emails.record_id,
        emails.as_of,
        contact_emails.is_validated,
        contact_emails.is_refuted,
        contact_emails.vendor_count as agreeing_vendors,
        contact_emails.email_rank as value_rank,
        contact_emails.rank_reason as reason
    from emails
    inner join clusters on emails.evidence_id = clusters.evidence_id
    inner join contact_emails
        on
            clusters.contact_key = contact_emails.contact_key
            and emails.email = contact_emails.email

    union all

    select
        clusters.contact_key,
        'phone' as attribute,
        phones.phone as value,
        phones.vendor,
        phones.record_id,
        phones.as_of,
        contact_phones.is_validated,
        contact_phones.is_refuted,
        contact_phones.vendor_count as agreeing_vendors,
        contact_phones.phone_rank as value_rank,
        contact_phones.rank_reason as reason
    from phones
    inner join clusters on phones.evidence_id = clusters.evidence_id
    inner join contact_phones
        on
            clusters.contact_key = contact_phones.contact_key
            and phones.phone = contact_phones.phone

),

spoken as (

    select
        contact_key,
        attribute,
        value,
        vendor,
        max_by(record_id, cast(as_of as {{ engine_type('varchar') }}) || record_id) as record_id,
        max(as_of) as as_of,
        max(is_validated) as is_validated,
        max(is_refuted) as is_refuted,
        min(agreeing_vendors) as agreeing_vendors,
        min(value_rank) as value_rank,
        min(reason) as reason
    from reached
    group by
        contact_key,
        attribute,
        value,
        vendor

),

speakers as (

    select
        spoken.*,
        {{ days_between('spoken.as_of', 'clock.now_at') }} <= rules.fresh_days as is_fresh,
        row_number() over (
            partition by spoken.contact_key, spoken.attribute
            order by spoken.value_rank, coalesce(trust.priority, 99), spoken.as_of desc, spoken.vendor
        ) as claim_rank
    from spoken
    cross join (select {{ now_utc() }} as now_at) as clock
    left join rules on spoken.attribute = rules.attribute_group
    left join trust
        on
            spoken.vendor = trust.vendor
            and spoken.attribute = trust.attribute_group

),

final as (

    select
        contact_key,
        attribute,
        value,
        vendor_value,
        vendor,
        record_id,
        as_of,
        is_validated,
        is_refuted,
        is_superseded,
        is_fresh,
        cast(agreeing_vendors as integer) as agreeing_vendors,
        cast(claim_rank as integer) as claim_rank,
        is_winner,
        case
            when is_winner and claim_rank > 1 then 'completes'
            when has_won and not is_winner then 'agrees'
            else reason
        end as reason,
        is_conflict,
        validation_score
    from decided

    union all

    select
        contact_key,
        attribute,
        value,
        cast(null as {{ engine_type('varchar') }}) as vendor_value,
        vendor,
        record_id,
        as_of,
        is_validated,
        is_refuted,
        false as is_superseded,
        is_fresh,
        agreeing_vendors,
        cast(claim_rank as integer) as claim_rank,
        claim_rank = 1 as is_winner,
        case when value_rank = 1 and claim_rank > 1 then 'agrees' else reason end as reason,
        false as is_conflict,
        cast(null as double) as validation_score
    from speakers

)

select * from final
