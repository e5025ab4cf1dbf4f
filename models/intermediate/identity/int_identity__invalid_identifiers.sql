-- Grain: one row per evidence, identifier type and value that does not enter the graph, with the rule: longer than any
-- identifier, control characters (null bytes among them), nothing but blanks, or an address that cannot be one. The other
-- fields of the record (a name, an employer) stay in use.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ forget_touched('evidence_id', 'int_identity__touched_evidence') }}",
) }}

with emails as (

    select * from {{ ref('int_contacts__emails') }}
    where {{ is_touched('evidence_id', 'int_identity__touched_evidence') }}

),

addresses as (

    select * from {{ ref('int_contacts__email_addresses') }}

),

profiles as (

    select * from {{ ref('int_contacts__profiles') }}
    where {{ is_touched('evidence_id', 'int_identity__touched_evidence') }}

),

signals as (

    select * from {{ ref('int_intent__signals') }}
    where {{ is_touched('evidence_id', 'int_identity__touched_evidence') }}

),

phones as (

    {{ unnest_list('profiles', 'phones', ['evidence_id', 'vendor', 'record_id', 'observed_at']) }}

),

malformed_addresses as (

    select
        emails.evidence_id,
        emails.vendor,
        'email' as identifier_type,
        emails.email as identifier_value,
        emails.record_id,
        emails.first_observed_at,
        coalesce(
            {{ identifier_refusal('emails.email') }},
            case when length(emails.email) > 200 then 'too_long' else 'malformed' end
        ) as rule
    from emails
    inner join addresses on emails.email = addresses.email
    where not addresses.is_valid

),

others as (

    {% for relation, column, type, seen in [
        ('emails', 'email_md5', "'email_md5'", 'first_observed_at'),
        ('emails', 'email_sha1', "'email_sha1'", 'first_observed_at'),
        ('emails', 'email_sha256', "'email_sha256'", 'first_observed_at'),
        ('emails', 'contact_id', "vendor || '_id'", 'first_observed_at'),
        ('signals', 'hem', "'email_' || hem_type", 'first_observed_at'),
        ('signals', 'contact_id', "vendor || '_id'", 'first_observed_at'),
        ('profiles', 'linkedin', "'linkedin'", 'observed_at'),
        ('profiles', 'maid', "'maid'", 'observed_at'),
        ('profiles', 'person_ref', 'person_ref_type', 'observed_at'),
        ('profiles', 'phone', "'phone'", 'observed_at'),
        ('phones', 'item.phone', "'phone'", 'observed_at'),
    ] %}
        select
            evidence_id,
            vendor,
            {{ type }} as identifier_type,
            {{ column }} as identifier_value,
            record_id,
            {{ seen }} as first_observed_at,
            {{ identifier_refusal(column) }} as rule
        from {{ relation }}
        where {{ identifier_refusal(column) }} is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

united as (

    select * from malformed_addresses

    union all

    select * from others

),

final as (

    select
        evidence_id,
        identifier_type,
        identifier_value,
        min(rule) as rule,
        min(vendor) as vendor,
        min(record_id) as record_id,
        min(first_observed_at) as first_observed_at
    from united
    group by
        evidence_id,
        identifier_type,
        identifier_value

)

select * from final
