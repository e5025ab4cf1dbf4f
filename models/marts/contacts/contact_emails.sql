-- Grain: one row per person and e-mail address.
-- Verdict, strongest first: the text cannot be an address; the person asked to be left alone; a validator's verdict, aged;
-- never validated is unknown. Rank 1 is the address to use (is_primary), unless it cannot be one.
with emails as (

    select * from {{ ref('int_contacts__emails') }}
    where email is not null

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

addresses as (

    select * from {{ ref('int_contacts__email_addresses') }}

),

statuses as (

    select * from {{ ref('email_status_current') }}

),

suppressed as (

    select * from {{ ref('int_privacy__suppressed_contacts') }}
    where suppresses_email

),

judgements as (

    select * from {{ ref('int_contacts__judged_addresses') }}
    where claim = 'email'

),

trust as (

    select * from {{ ref('int_contacts__vendor_trust') }}
    where attribute_group = 'email'

),

rules as (

    select * from {{ ref('survivorship_rules') }}
    where attribute_group = 'email'

),

clock as (

    select {{ now_utc() }} as now_at

),

held as (

    {{ addresses_by_person('emails', 'email') }}

),

assessed as (

    select
        held.*,
        addresses.email_md5,
        addresses.email_sha1,
        addresses.email_sha256,
        addresses.domain,
        addresses.is_valid,
        addresses.is_role,
        addresses.is_free_mail,
        addresses.is_placeholder,
        statuses.status_code,
        coalesce(statuses.email_status, 'unknown') as email_status,
        case
            when suppressed.contact_key is not null then 'suppress'
            when addresses.is_placeholder or not addresses.is_valid then 'suppress'
            else coalesce(statuses.verdict, 'unknown')
        end as verdict,
        case
            when not addresses.is_valid then 'malformed'
            when suppressed.contact_key is not null then 'suppression'
            when addresses.is_placeholder then 'placeholder'
            else coalesce(statuses.verdict_reason, 'never_validated')
        end as verdict_reason,
        statuses.checked_at,
        coalesce({{ days_between('held.as_of', 'clock.now_at') }} <= rules.fresh_days, false) as is_fresh,
        coalesce(not held.is_field_valid, false) as is_refuted,
        coalesce(rules.validated_by like '%field%' and held.is_field_valid, false) as is_confirmed
    from held
    inner join addresses on held.email = addresses.email
    left join statuses on held.email = statuses.email
    left join suppressed on held.contact_key = suppressed.contact_key
    cross join rules
    cross join clock

),

-- What a validator vouches for, then what the vendor itself confirms (PII with Validation), then what wants a look, then the
-- unknown. Of addresses with one verdict a desk's mailbox comes last.
judged as (

    select
        *,
        case when verdict = 'send' then 0 when is_confirmed then 1 when verdict = 'review' then 2 else 3 end
        + case when is_role then 0.5 else 0 end as verdict_step
    from assessed

),

ranked as (

    {{ ranked_addresses('judged', 'email') }}

),

final as (

    select
        contact_key,
        email,
        email_md5,
        email_sha1,
        email_sha256,
        domain,
        coalesce(email_type, case when is_free_mail then 'personal' else 'work' end) as email_type,
        is_role,
        carriers > 1 as is_shared,
        cast(email_rank as integer) as email_rank,
        email_rank = 1 and verdict_reason <> 'malformed' as is_primary,
        rank_reason,
        status_code,
        email_status,
        verdict,
        verdict_reason,
        checked_at,
        is_fresh,
        verdict = 'send' or (is_confirmed and verdict <> 'suppress') as is_validated,
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
