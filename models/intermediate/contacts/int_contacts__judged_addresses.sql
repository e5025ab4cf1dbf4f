-- Grain: one row per evidence and e-mail address or number that its own vendor judged in a record (PII with Validation).
-- A list that is judged as a whole confirms each of its addresses; it refutes an address only if it has no other.
with quality as (

    select * from {{ ref('int_contacts__field_quality') }}
    where claim in ('email', 'phone')

),

judged_profiles as (

    select *
    from {{ ref('int_contacts__profiles') }}
    where record_id in (select record_id from quality)

),

emails as (

    {{ unnest_list('judged_profiles', 'emails', ['evidence_id', 'record_id']) }}

),

phones as (

    {{ unnest_list('judged_profiles', 'phones', ['evidence_id', 'record_id', 'home_country']) }}

),

listed as (

    select
        evidence_id,
        record_id,
        'email' as claim,
        ordinal,
        {{ normalise_email('item') }} as value
    from emails

    union all

    select
        evidence_id,
        record_id,
        'phone' as claim,
        ordinal,
        {{ normalise_phone('item.phone', 'home_country') }} as value
    from phones

),

counted as (

    select
        *,
        count(*) over (partition by record_id, claim) as values_listed
    from listed
    where value is not null

),

judged as (

    select
        counted.evidence_id,
        counted.claim,
        counted.value,
        quality.is_valid,
        quality.score,
        cast(quality.judged_at as {{ engine_type('varchar') }}) || case when quality.is_valid then '0' else '1' end as arrival
    from counted
    inner join quality
        on
            counted.record_id = quality.record_id
            and counted.claim = quality.claim
            and (counted.ordinal = quality.place or quality.place = 0)
    where quality.is_valid or quality.place > 0 or counted.values_listed = 1

),

-- The vendor's latest judgement.
final as (

    select
        evidence_id,
        claim,
        value,
        max_by(is_valid, arrival) as is_valid,
        max_by(score, arrival) as score
    from judged
    group by
        evidence_id,
        claim,
        value

)

select * from final
