-- Grain: one row per normalised e-mail address that a source gave, or that was asked about or judged, with its three hashes.
-- This is where a bare hash (HEM) meets its address, be it the hash of the address in capitals, as some vendors make it.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_unless_new() }}",
) }}

with given as (

    select * from {{ ref('int_contacts__emails') }}
    where {{ is_touched('evidence_id', 'int_identity__touched_evidence') }}

),

profiles as (

    select * from {{ ref('int_contacts__profiles') }}
    where {{ is_touched('evidence_id', 'int_identity__touched_evidence') }}

),

ascii_addresses as (

    select * from {{ ref('int_contacts__ascii_addresses') }}

),

free_mail as (

    select * from {{ ref('free_mail_domains') }}

),

roles as (

    select * from {{ ref('role_mailboxes') }}

),

placeholders as (

    select * from {{ ref('placeholder_values') }}

),

providers as (

    select * from {{ ref('email_providers') }}

),

asked as (

    select {{ normalise_email('subject_value') }} as email
    from profiles
    where subject_type = 'email'

),

distinct_addresses as (

    select email from given
    where email is not null

    union

    select coalesce(ascii_addresses.email, asked.email) as email
    from asked
    left join ascii_addresses on asked.email = ascii_addresses.written

),

split as (

    select
        email,
        split_part(email, '@', 1) as local_part,
        split_part(email, '@', 2) as domain
    from distinct_addresses
    where {{ is_new('email') }}

),

final as (

    select
        split.email,
        {% for algorithm in ['md5', 'sha1', 'sha256'] %}
            {{ email_hash('split.email', algorithm) }} as email_{{ algorithm }},
            {{ email_hash('split.email', algorithm, of_capitals=true) }} as email_{{ algorithm }}_upper,
        {% endfor %}
        {{ email_key(
            'split.local_part', 'providers.key_domain', 'providers.ignored_characters', 'providers.tag_separator'
        ) }} as email_key,
        split.local_part,
        split.domain,
        {{ email_is_valid('split.email') }} as is_valid,
        free_mail.domain is not null as is_free_mail,
        roles.local_part is not null as is_role,
        placeholder_emails.value is not null or placeholder_domains.value is not null as is_placeholder
    from split
    left join providers on split.domain = providers.domain
    left join free_mail on split.domain = free_mail.domain
    left join roles on split.local_part = roles.local_part
    left join placeholders as placeholder_emails
        on
            split.email = placeholder_emails.value
            and placeholder_emails.kind = 'email'
    left join placeholders as placeholder_domains
        on
            split.domain = placeholder_domains.value
            and placeholder_domains.kind = 'domain'

)

select * from final
