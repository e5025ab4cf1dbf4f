-- Grain: one row per evidence whose identifiers or names may be others than at the last resolve: it was observed since, or it
-- carries a hash whose address has become known since. Empty when everything is looked at.
with plan as (

    select * from {{ ref('int_identity__plan') }}
    where not is_full

),

profiles as (

    select * from {{ ref('int_contacts__profiles') }}

),

emails as (

    select * from {{ ref('int_contacts__emails') }}

),

phones as (

    select * from {{ ref('int_contacts__phones') }}

),

signals as (

    select * from {{ ref('int_intent__signals') }}

),

ascii_addresses as (

    select * from {{ ref('int_contacts__ascii_addresses') }}

),

identifiers as (

    {{ identity_state('int_identity__identifiers', {'evidence_id': 'varchar', 'node': 'varchar'}) }}

),

observed as (

    select
        evidence_id,
        observed_at as last_observed_at
    from profiles

    union all

    select
        evidence_id,
        last_observed_at
    from emails

    union all

    select
        evidence_id,
        last_observed_at
    from phones

    union all

    select
        evidence_id,
        last_observed_at
    from signals

),

new as (

    select evidence_id
    from observed
    where last_observed_at > (select plan.known_before from plan)

),

addresses as (

    select email
    from emails
    where last_observed_at > (select plan.known_before from plan)

    union

    select coalesce(ascii_addresses.email, {{ normalise_email('profiles.subject_value') }}) as email
    from profiles
    left join ascii_addresses on {{ normalise_email('profiles.subject_value') }} = ascii_addresses.written
    where
        profiles.subject_type = 'email'
        and profiles.observed_at > (select plan.known_before from plan)

),

-- The MD5 of an address as it is written is the node already.
known_hashes as (

    {% for node in [
        "'email_sha1:' || " ~ email_sha1('email'),
        "'email_sha256:' || " ~ email_sha256('email'),
        "'email_md5:' || " ~ email_md5_upper('email'),
        "'email_sha1:' || " ~ email_sha1_upper('email'),
        "'email_sha256:' || " ~ email_sha256_upper('email'),
    ] %}
        select {{ node }} as node
        from addresses
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

hashed as (

    select distinct identifiers.evidence_id
    from identifiers
    inner join known_hashes on identifiers.node = known_hashes.node

),

final as (

    select evidence_id from new

    union

    select evidence_id from hashed

)

select * from final
