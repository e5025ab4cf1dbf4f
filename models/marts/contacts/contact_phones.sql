-- Grain: one row per person and phone number.
-- Verdict, strongest first: the person asked to be left alone; any vendor says the number is on a Do-Not-Call list; a
-- validator's verdict, aged; never validated is unknown. Rank 1 is the number to use (is_primary).
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

priorities as (

    select * from {{ ref('vendor_priorities') }}
    where attribute_group = 'default'

),

rules as (

    select * from {{ ref('survivorship_rules') }}
    where attribute_group = 'phone'

),

clock as (

    select {{ now_utc() }} as now_at

),

held as (

    select
        clusters.contact_key,
        phones.phone,
        max(phones.phone_type) as phone_type,
        max(phones.is_dnc) as is_dnc,
        min(phones.record_id) as record_id,
        {{ join_distinct('phones.vendor') }} as source_vendors,
        cast(count(distinct phones.vendor) as integer) as vendor_count,
        min(coalesce(priorities.priority, 99)) as vendor_priority,
        min(phones.first_observed_at) as first_seen_at,
        max(phones.last_observed_at) as last_seen_at,
        max(phones.as_of) as as_of
    from phones
    inner join clusters on phones.evidence_id = clusters.evidence_id
    left join priorities on phones.vendor = priorities.vendor
    group by
        clusters.contact_key,
        phones.phone

),

-- The Do-Not-Call list knows numbers, not people: a flag from anybody counts for everybody who carries the number.
flagged as (

    select
        phone,
        max(is_dnc) as is_dnc,
        count(*) as carriers
    from held
    group by phone

),

judged as (

    select
        held.contact_key,
        held.phone,
        held.phone_type,
        held.record_id,
        held.source_vendors,
        held.vendor_count,
        held.vendor_priority,
        held.first_seen_at,
        held.last_seen_at,
        held.as_of,
        flagged.is_dnc,
        flagged.carriers,
        scores.opql_score,
        scores.opql_label,
        case
            when suppressed.contact_key is not null then 'suppress'
            when flagged.is_dnc then 'suppress'
            else coalesce(scores.verdict, 'unknown')
        end as verdict,
        case
            when suppressed.contact_key is not null then 'suppression'
            when flagged.is_dnc then 'dnc'
            else coalesce(scores.verdict_reason, 'never_validated')
        end as verdict_reason,
        scores.checked_at,
        {{ days_between('held.as_of', 'clock.now_at') }} <= rules.fresh_days as is_fresh
    from held
    inner join flagged on held.phone = flagged.phone
    left join scores on held.phone = scores.phone
    left join suppressed on held.contact_key = suppressed.contact_key
    cross join rules
    cross join clock

),

ranked as (

    select
        *,
        row_number() over (
            partition by contact_key
            order by
                case verdict when 'call' then 1 when 'review' then 2 when 'unknown' then 3 else 4 end,
                opql_score desc nulls last,
                case when is_fresh then 0 else 1 end,
                vendor_count desc,
                vendor_priority,
                as_of desc,
                phone
        ) as phone_rank
    from judged

),

final as (

    select
        contact_key,
        phone,
        {{ phone_national10('phone') }} as phone_national,
        coalesce(phone_type, 'unknown') as phone_type,
        is_dnc,
        carriers > 1 as is_shared,
        cast(phone_rank as integer) as phone_rank,
        phone_rank = 1 as is_primary,
        opql_score,
        opql_label,
        verdict,
        verdict_reason,
        checked_at,
        is_fresh,
        source_vendors,
        vendor_count,
        record_id,
        first_seen_at,
        last_seen_at,
        as_of
    from ranked

)

select * from final
