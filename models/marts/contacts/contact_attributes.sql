-- Grain: one row per person, attribute and claim (a vendor's value). is_winner marks what contacts shows, reason says why.
-- Fields that belong together win together (a street never takes another record's town): a claim is a name, an address or an
-- employment as a whole, or a single fact (int_contacts__claims). The macro ranked_claims says in which order; what the winner
-- leaves open is filled from claims that agree with it.
-- E-mail addresses and phones are ranked by the same rules in contact_emails and contact_phones, where their verdicts are known.
{% set places = claim_places() %}
{% set values = ['value_1', 'value_2', 'value_3', 'value_4', 'value_5'] %}

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

ranked as (

    {{ ranked_claims('claims') }}

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
        ranked.contact_key,
        attributes.attribute,
        case attributes.place
            {% for value in values %}
                when {{ loop.index }} then ranked.{{ value }}
            {% endfor %}
        end as value,
        case
            when attributes.attribute = 'seniority' or ranked.claim = attributes.attribute then ranked.vendor_value
        end as vendor_value,
        ranked.formal,
        ranked.vendor,
        ranked.record_id,
        ranked.as_of,
        ranked.is_validated,
        ranked.is_refuted,
        ranked.is_superseded,
        ranked.is_fresh,
        ranked.claim_rank,
        ranked.has_won,
        ranked.reason,
        ranked.is_disputed,
        ranked.validation_score
    from ranked
    inner join attributes on ranked.claim = attributes.claim

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
channel_claims as (

    {% for attribute in ['email', 'phone'] %}
        select
            clusters.contact_key,
            '{{ attribute }}' as attribute,
            {{ attribute }}s.{{ attribute }} as value,
            {{ attribute }}s.vendor,
            {{ attribute }}s.record_id,
            {{ attribute }}s.as_of,
            contact_{{ attribute }}s.is_validated,
            contact_{{ attribute }}s.is_refuted,
            contact_{{ attribute }}s.vendor_count as agreeing_vendors,
            contact_{{ attribute }}s.{{ attribute }}_rank as value_rank,
            contact_{{ attribute }}s.rank_reason as reason
        from {{ attribute }}s
        inner join clusters on {{ attribute }}s.evidence_id = clusters.evidence_id
        inner join contact_{{ attribute }}s
            on
                clusters.contact_key = contact_{{ attribute }}s.contact_key
                and {{ attribute }}s.{{ attribute }} = contact_{{ attribute }}s.{{ attribute }}
        where contact_{{ attribute }}s.verdict_reason is distinct from 'malformed'
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

claims_by_vendor as (

    select
        contact_key,
        attribute,
        value,
        vendor,
        max_by(record_id, {{ arrival('as_of', 'record_id') }}) as record_id,
        max(as_of) as as_of,
        max(is_validated) as is_validated,
        max(is_refuted) as is_refuted,
        min(agreeing_vendors) as agreeing_vendors,
        min(value_rank) as value_rank,
        min(reason) as reason
    from channel_claims
    group by
        contact_key,
        attribute,
        value,
        vendor

),

ranked_channel_claims as (

    select
        claims_by_vendor.*,
        coalesce({{ days_between('claims_by_vendor.as_of', 'clock.now_at') }} <= rules.fresh_days, false) as is_fresh,
        row_number() over (
            partition by claims_by_vendor.contact_key, claims_by_vendor.attribute
            order by
                claims_by_vendor.value_rank,
                coalesce(trust.priority, 99),
                claims_by_vendor.as_of desc,
                claims_by_vendor.vendor
        ) as claim_rank
    from claims_by_vendor
    cross join (select {{ now_utc() }} as now_at) as clock
    left join rules on claims_by_vendor.attribute = rules.attribute_group
    left join trust
        on
            claims_by_vendor.vendor = trust.vendor
            and claims_by_vendor.attribute = trust.attribute_group

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
    from ranked_channel_claims

)

select * from final
