-- Grain: one row per value that several people share, that is cut, or that was refused: whom it links, and why not everybody.
-- Refused values that are too long or hold control characters stand here as MD5.
with cuts as (

    select * from {{ ref('int_identity__cuts') }}

),

refused as (

    select * from {{ ref('int_identity__invalid_identifiers') }}

),

addresses as (

    select * from {{ ref('int_contacts__email_addresses') }}

),

names as (

    select * from {{ ref('int_identity__names') }}

),

shared as (

    select
        cuts.node as cut_of,
        case when addresses.email is not null then 'email' else cuts.identifier_type end as identifier_type,
        coalesce(addresses.email, cuts.identifier_value) as identifier_value,
        cuts.action,
        cuts.rule,
        cuts.reason,
        cuts.carriers,
        cuts.names,
        cuts.last_names,
        cuts.first_observed_at
    from cuts
    left join addresses on cuts.node = 'email_md5:' || addresses.email_md5

),

refused_values as (

    select
        'refused:' || refused.identifier_type || ':' || md5(refused.identifier_value) as cut_of,
        refused.identifier_type,
        case
            when refused.rule in ('malformed', 'empty') then refused.identifier_value
            else md5(refused.identifier_value)
        end as identifier_value,
        'refused' as action,
        refused.rule,
        case refused.rule
            when 'too_long' then 'Longer than any identifier (e-mail 200 characters, others 512).'
            when 'control_characters' then 'It holds control characters.'
            when 'empty' then 'Nothing is left after normalising.'
            else 'It cannot be an e-mail address.'
        end as reason,
        count(*) as carriers,
        count(distinct names.name_form) as names,
        count(distinct names.last_name_key) as last_names,
        min(refused.first_observed_at) as first_observed_at
    from refused
    left join names on refused.evidence_id = names.evidence_id
    group by
        refused.identifier_type,
        refused.identifier_value,
        refused.rule

),

united as (

    select * from shared

    union all

    select * from refused_values

),

final as (

    select
        md5(cut_of) as cut_key,
        identifier_type,
        identifier_value,
        action,
        rule,
        reason,
        cast(carriers as integer) as carriers,
        cast(names as integer) as names,
        cast(last_names as integer) as last_names,
        first_observed_at as first_seen_at
    from united

)

select * from final
