-- Grain: one row per evidence whose identifiers or names may be others than at the last resolve: it was observed since; it
-- carries (or answered) a hash whose address has become known since; or it carries a value that a household's answer since is
-- about. Empty when everything is looked at.
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

household_answers as (

    select * from {{ ref('int_identity__household_answers') }}

),

identifiers as (

    {{ identity_state('int_identity__identifiers', {'evidence_id': 'varchar', 'node': 'varchar'}) }}

),

known_addresses as (

    {{ identity_state('int_contacts__email_addresses', {
        'email_md5': 'varchar', 'email_sha1': 'varchar', 'email_sha256': 'varchar', 'email_md5_upper': 'varchar',
        'email_sha1_upper': 'varchar', 'email_sha256_upper': 'varchar',
    }) }}

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
        "'email_sha1:' || " ~ email_hash('email', 'sha1'),
        "'email_sha256:' || " ~ email_hash('email', 'sha256'),
        "'email_md5:' || " ~ email_hash('email', 'md5', of_capitals=true),
        "'email_sha1:' || " ~ email_hash('email', 'sha1', of_capitals=true),
        "'email_sha256:' || " ~ email_hash('email', 'sha256', of_capitals=true),
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

hashed_answers as (

    select household_answers.evidence_id
    from household_answers
    inner join known_hashes on household_answers.node = known_hashes.node

    union

    select household_answers.evidence_id
    from household_answers
    inner join addresses on household_answers.node = 'email_md5:' || {{ email_hash('addresses.email', 'md5') }}

),

-- What a household's answer asks about, as those carry it who did before.
new_answers as (

    select
        identifier_type,
        identifier_value,
        node
    from household_answers
    where observed_at > (select plan.known_before from plan)

),

asked_nodes as (

    select node from new_answers

    {% for hash in ['email_sha1', 'email_sha256', 'email_md5_upper', 'email_sha1_upper', 'email_sha256_upper'] %}
        union

        select 'email_md5:' || known_addresses.email_md5 as node
        from new_answers
        inner join known_addresses on new_answers.identifier_value = known_addresses.{{ hash }}
        where new_answers.identifier_type = '{{ hash | replace("_upper", "") }}'
    {% endfor %}

),

asked_about as (

    select identifiers.evidence_id
    from identifiers
    inner join asked_nodes on identifiers.node = asked_nodes.node

),

final as (

    select evidence_id from new

    union

    select evidence_id from hashed

    union

    select evidence_id from hashed_answers

    union

    select evidence_id from asked_about

)

select * from final
