-- Grain: one row per person and phone number.
-- Verdict, strongest first: the person asked to be left alone; any vendor says the number is on a Do-Not-Call list, or says
-- something that cannot be read; no vendor says recently that it is on none (policy: seed dnc_policies); a validator's verdict,
-- aged; never validated is unknown. Rank 1 is the number to use (is_primary).
with phones as (

    select * from {{ ref('int_contacts__phones') }}

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

scores as (

    select * from {{ ref('phone_reachability_current') }}

),

suppressed as (

    select * from {{ ref('int_privacy__suppressed_contacts') }}
    where suppresses_phone

),

judgements as (

    select * from {{ ref('int_contacts__judged_addresses') }}
    where claim = 'phone'

),

trust as (

    select * from {{ ref('int_contacts__vendor_trust') }}
    where attribute_group = 'phone'

),

rules as (

    select * from {{ ref('survivorship_rules') }}
    where attribute_group = 'phone'

),

-- The best verdict by Do-Not-Call status. `listed` needs no policy: it is suppressed.
policy as (

    select
        max(case when dnc_status = 'clear' then life_days end) as clear_days,
        max(case when dnc_status = 'clear' then verdict end) as clear_verdict,
        {{ setting('dnc.unknown', 'varchar', "max(case when dnc_status = 'unknown' then verdict end)") }} as unknown_verdict
    from {{ ref('dnc_policies') }}

),

clock as (

    select {{ now_utc() }} as now_at

),

held as (

    {{ addresses_by_person('phones', 'phone') }}

),

-- The Do-Not-Call list knows numbers, not people: a flag from any vendor counts for all people with the number.
flagged as (

    select
        phone,
        max(is_dnc) as is_dnc,
        min(is_dnc_unreadable) as is_unreadable,
        {{ join_distinct('case when is_dnc then vendor end') }} as listed_by,
        {{ join_distinct('case when not is_dnc then vendor end') }} as cleared_by,
        max(case when is_dnc then dnc_told_at end) as listed_at,
        max(case when not is_dnc then dnc_told_at end) as cleared_at
    from phones
    group by phone

),

-- An answer that has outlived its life stays beside the status, with its source: it says whom to ask again.
answered as (

    select
        flagged.phone,
        flagged.is_dnc,
        flagged.is_unreadable,
        case
            when flagged.is_dnc then 'listed'
            when {{ days_between('flagged.cleared_at', 'clock.now_at') }} <= policy.clear_days then 'clear'
            else 'unknown'
        end as dnc_status,
        case
            when flagged.is_dnc then 'suppress'
            when {{ days_between('flagged.cleared_at', 'clock.now_at') }} <= policy.clear_days then policy.clear_verdict
            else policy.unknown_verdict
        end as best_verdict,
        case when flagged.is_dnc then flagged.listed_by else flagged.cleared_by end as dnc_source,
        case when flagged.is_dnc then flagged.listed_at else flagged.cleared_at end as dnc_checked_at
    from flagged
    cross join policy
    cross join clock

),

assessed as (

    select
        held.*,
        answered.is_dnc,
        answered.dnc_status,
        answered.dnc_source,
        answered.dnc_checked_at,
        scores.verdict as score_verdict,
        scores.opql_score,
        scores.opql_label,
        case
            when suppressed.contact_key is not null then 'suppress'
            when answered.best_verdict = 'suppress' then 'suppress'
            when answered.best_verdict = 'review' and scores.verdict = 'call' then 'review'
            else coalesce(scores.verdict, 'unknown')
        end as verdict,
        case
            when suppressed.contact_key is not null then 'suppression'
            when answered.is_unreadable then 'dnc_unreadable'
            when answered.is_dnc then 'dnc'
            when answered.best_verdict = 'suppress' or (answered.best_verdict = 'review' and scores.verdict = 'call')
                then 'dnc_' || answered.dnc_status
            else coalesce(scores.verdict_reason, 'never_validated')
        end as verdict_reason,
        scores.checked_at,
        coalesce({{ days_between('held.as_of', 'clock.now_at') }} <= rules.fresh_days, false) as is_fresh,
        coalesce(not held.is_field_valid, false) as is_refuted,
        coalesce(rules.validated_by like '%field%' and held.is_field_valid, false) as is_confirmed
    from held
    inner join answered on held.phone = answered.phone
    left join scores on held.phone = scores.phone
    left join suppressed on held.contact_key = suppressed.contact_key
    cross join rules
    cross join clock

),

-- What may be called, then what a validator or the vendor itself (PII with Validation) vouches for, then what wants a look, then
-- the unknown. Of numbers with one verdict the higher score comes first.
judged as (

    select
        *,
        case
            when verdict = 'call' then 0
            when is_confirmed or (score_verdict = 'call' and verdict = 'review') then 1
            when verdict = 'review' then 2
            else 3
        end
        - coalesce(opql_score, -1) / 10.0 as verdict_step
    from assessed

),

ranked as (

    {{ ranked_addresses('judged', 'phone') }}

),

final as (

    select
        contact_key,
        phone,
        {{ phone_national10('phone') }} as phone_national,
        coalesce(phone_type, 'unknown') as phone_type,
        is_dnc,
        dnc_status,
        dnc_source,
        dnc_checked_at,
        carriers > 1 as is_shared,
        cast(phone_rank as integer) as phone_rank,
        phone_rank = 1 as is_primary,
        rank_reason,
        opql_score,
        opql_label,
        verdict,
        verdict_reason,
        checked_at,
        is_fresh,
        verdict <> 'suppress' and (is_confirmed or coalesce(score_verdict = 'call', false)) as is_validated,
        is_refuted,
        source_vendors,
        vendor_count,
        record_id,
        first_seen_at,
        last_seen_at,
        vendor_last_seen_date,
        as_of
    from ranked

)

select * from final
