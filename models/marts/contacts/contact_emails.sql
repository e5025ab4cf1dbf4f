-- Grain: one row per person and e-mail address.
-- Verdict, strongest first: the person asked to be left alone; the text cannot be an address; a validator's verdict, aged;
-- never validated is unknown. Rank 1 is the address to use (is_primary).
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

priorities as (

    select * from {{ ref('vendor_priorities') }}
    where attribute_group = 'default'

),

rules as (

    select * from {{ ref('survivorship_rules') }}
    where attribute_group = 'email'

),

clock as (

    select {{ now_utc() }} as now_at

),

held as (

    select
        clusters.contact_key,
        emails.email,
        max(emails.email_type) as email_type,
        min(emails.record_id) as record_id,
        {{ join_distinct('emails.vendor') }} as source_vendors,
        cast(count(distinct emails.vendor) as integer) as vendor_count,
        min(coalesce(priorities.priority, 99)) as vendor_priority,
        min(emails.first_observed_at) as first_seen_at,
        max(emails.last_observed_at) as last_seen_at,
        max(emails.as_of) as as_of
    from emails
    inner join clusters on emails.evidence_id = clusters.evidence_id
    left join priorities on emails.vendor = priorities.vendor
    group by
        clusters.contact_key,
        emails.email

),

judged as (

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
            when suppressed.contact_key is not null then 'suppression'
            when not addresses.is_valid then 'malformed'
            when addresses.is_placeholder then 'placeholder'
            else coalesce(statuses.verdict_reason, 'never_validated')
        end as verdict_reason,
        statuses.checked_at,
        {{ days_between('held.as_of', 'clock.now_at') }} <= rules.fresh_days as is_fresh
    from held
    inner join addresses on held.email = addresses.email
    left join statuses on held.email = statuses.email
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
                case verdict when 'send' then 1 when 'review' then 2 when 'unknown' then 3 else 4 end,
                case when is_role then 1 else 0 end,
                case when is_fresh then 0 else 1 end,
                vendor_count desc,
                vendor_priority,
                as_of desc,
                email
        ) as email_rank,
        count(*) over (partition by email) as carriers
    from judged

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
        email_rank = 1 as is_primary,
        status_code,
        email_status,
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
