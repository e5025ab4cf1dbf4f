-- Grain: one row: what the gate on contact_phones looks at.
with phones as (

    select * from {{ ref('contact_phones') }}

),

contacts as (

    select * from {{ ref('contacts') }}

),

scores as (

    select * from {{ ref('opql_scores') }}

),

suppressions as (

    select * from {{ ref('stg_contactable__suppressions') }}
    where
        identifier_type = 'phone'
        and coalesce(scope, 'all') <> 'email'

),

-- Measured from the list itself, not from the verdict that should have followed it.
suppressed as (

    select distinct identifier_hash from suppressions

),

policy as (

    select {{ setting('dnc.unknown', 'varchar', 'max(verdict)') }} as unknown_verdict
    from {{ ref('dnc_policies') }}
    where dnc_status = 'unknown'

),

measured as (

    select
        count(*) as row_count,
        {{ count_where('phones.contact_key is null or phones.phone is null') }} as null_keys,
        {{ count_where('not ' ~ matches('phones.phone', '[+][1-9][0-9]{7,14}')) }} as malformed_phones,
        {{ count_where('phones.opql_score not between 0 and 5') }} as opql_out_of_range,
        {{ count_where("phones.verdict is null or phones.verdict not in ('call', 'review', 'suppress', 'unknown')") }}
            as unknown_verdicts,
        {{ count_where("phones.verdict = 'call' and phones.checked_at is null") }} as call_without_check,
        {{ count_where("phones.verdict = 'call' and (phones.is_dnc or phones.dnc_status = 'listed')") }} as call_but_dnc,
        {{ count_where("phones.verdict = 'call' and phones.dnc_status <> 'clear' and policy.unknown_verdict <> 'call'") }}
            as call_without_dnc_answer,
        {{ count_where("phones.verdict_reason = 'dnc_unreadable'") }} as unreadable_dnc_flags,
        {{ count_where("phones.verdict = 'call' and suppressed.identifier_hash is not null") }} as call_but_suppressed,
        {{ count_where("phones.verdict = 'call' and scores.verdict <> 'call'") }} as call_against_policy
    from phones
    left join scores on phones.opql_score = scores.code
    left join suppressed on {{ sha256_hex('phones.phone') }} = suppressed.identifier_hash
    cross join policy

),

duplicates as (

    {{ measure_duplicates('phones', ['contact_key', 'phone']) }}

),

orphans as (

    {{ measure_orphans('phones') }}

),

final as (

    select
        measured.row_count,
        measured.null_keys,
        duplicates.duplicate_keys,
        orphans.orphan_contacts,
        measured.malformed_phones,
        measured.opql_out_of_range,
        measured.unknown_verdicts,
        measured.call_without_check,
        measured.call_but_dnc,
        measured.call_without_dnc_answer,
        measured.unreadable_dnc_flags,
        measured.call_but_suppressed,
        measured.call_against_policy
    from measured
    cross join duplicates
    cross join orphans

)

select * from final
