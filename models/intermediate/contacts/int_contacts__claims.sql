-- Grain: one row per person, claim, its value (own_key) and vendor. A claim is a name, an address or an employment as a whole,
-- or a single fact; fields that belong together come from one record, the vendor's newest with this value.
-- level: 0 is a complete claim, 1 and more are parts (an initial, a town without its street; macro claim_level).
-- is_superseded: a later record of the same vendor and person, or a later answer to the same question, has another value.
-- is_refuted, is_validated: the newest judgement of this value by PII with Validation, for every vendor that has it; validated
-- also by the rules that the seed survivorship_rules lists in validated_by.
{% set places = claim_places() %}
{% set facts = single_facts() %}
{% set values = ['value_1', 'value_2', 'value_3', 'value_4', 'value_5'] %}
{% set compared = {'name': ['formal'] + values[1:], 'location': values, 'employment': values} %}

with profiles as (

    select * from {{ ref('int_contacts__profiles') }}

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

emails as (

    select * from {{ ref('int_contacts__emails') }}

),

phones as (

    select * from {{ ref('int_contacts__phones') }}

),

live_addresses as (

    select email from {{ ref('email_status_current') }}
    where verdict = 'send'

),

live_numbers as (

    select phone from {{ ref('phone_reachability_current') }}
    where verdict = 'call'

),

-- A nickname with one formal name is that name.
formal_names as (

    select
        nickname,
        min(formal) as formal
    from {{ ref('nicknames') }}
    group by nickname
    having count(*) = 1

),

unknown_bands as (

    select * from {{ ref('value_bands') }}
    where is_unknown

),

suffixes as (

    select suffix from {{ ref('public_suffixes') }}

),

field_quality as (

    select * from {{ ref('int_contacts__field_quality') }}
    where place = 0

),

rules as (

    select * from {{ ref('survivorship_rules') }}

),

clock as (

    select {{ now_utc() }} as now_at

),

live_records as (

    select emails.evidence_id
    from emails
    inner join live_addresses on emails.email = live_addresses.email

    union

    select phones.evidence_id
    from phones
    inner join live_numbers on phones.phone = live_numbers.phone

),

live_hosts as (

    select distinct
        clusters.contact_key,
        {{ normalise_domain("split_part(emails.email, '@', 2)") }} as host
    from emails
    inner join live_addresses on emails.email = live_addresses.email
    inner join clusters on emails.evidence_id = clusters.evidence_id

),

live_employers as (

    select distinct
        live_hosts.contact_key,
        {{ registrable_domain('live_hosts.host', 'of_two.suffix', 'of_three.suffix') }} as company_domain
    from live_hosts
    left join suffixes as of_two on {{ domain_ending('live_hosts.host', 2) }} = of_two.suffix
    left join suffixes as of_three on {{ domain_ending('live_hosts.host', 3) }} = of_three.suffix

),

named as (

    select
        *,
        {{ first_name_key('first_name') }} as first_name_key
    from profiles

),

-- Who speaks: the vendor's own person, else the question that was answered, else the record. (One id may be two people's.)
people as (

    select
        clusters.contact_key,
        named.*,
        coalesce(formal_names.formal, named.first_name_key) as formal_first_name,
        clusters.contact_key || '|' || named.source || '|'
        || coalesce(named.person_ref, named.question_key, named.evidence_id) as source_key,
        greatest(named.as_of, named.observed_at) as stated_at
    from named
    inner join clusters on named.evidence_id = clusters.evidence_id
    left join formal_names on named.first_name_key = formal_names.nickname

),

worded as (

    select
        people.contact_key,
        people.evidence_id,
        people.record_id,
        people.vendor,
        people.as_of,
        people.observed_at,
        people.source_key,
        people.stated_at,
        {{ struct_list(claim_values()) }} as words
    from people

),

stated_claims as (

    {{ unnest_list('worded', 'words', [
        'contact_key', 'evidence_id', 'record_id', 'vendor', 'as_of', 'observed_at', 'source_key', 'stated_at',
    ]) }}

),

stated as (

    select
        contact_key,
        evidence_id,
        record_id,
        vendor,
        as_of,
        observed_at,
        source_key,
        stated_at,
        {% for value in values %}
            item.{{ value }} as {{ value }},
        {% endfor %}
        item.claim as claim,
        item.vendor_value as vendor_value,
        item.formal as formal
    from stated_claims
    where coalesce(item.value_1, item.value_2, item.value_3, item.value_4) is not null

),

-- "Unknown" as a band is no claim.
known as (

    select
        stated.*,
        case stated.claim
            {% for claim in places %}
                when '{{ claim }}' then {{ claim_level(claim, compared[claim]) }}
            {% endfor %}
            else 0
        end as level
    from stated
    left join unknown_bands
        on
            stated.claim = unknown_bands.column_name
            and stated.value_1 = unknown_bands.label
    where unknown_bands.label is null

),

keyed as (

    select
        *,
        case
            {% for claim in places %}
                {% for level in range(4 if claim != 'employment' else 3) %}
                    when claim = '{{ claim }}' and level = {{ level }}
                        then {{ "'part" ~ level ~ ":' || " if level }}{{ claim_part(claim, level, compared[claim]) }}
                {% endfor %}
            {% endfor %}
            else lower(value_1)
        end as compared_key
    from known

),

-- A claim always has a key: where nothing is left to compare ("Mr." alone), it is the text.
with_keys as (

    select
        *,
        coalesce(
            compared_key, 'text:' || lower(concat_ws('|', value_1, value_2, value_3, value_4))
        ) as own_key
    from keyed

),

-- Only a source with several records can have changed a value.
repeated_claims as (

    select
        source_key,
        claim,
        max(case when level = 0 then stated_at end) as last_stated_at
    from with_keys
    group by
        source_key,
        claim
    having min(stated_at) <> max(stated_at)

),

arrived as (

    select
        with_keys.*,
        coalesce(with_keys.stated_at < repeated_claims.last_stated_at, false) as is_superseded,
        live_records.evidence_id is not null as is_live,
        field_quality.is_valid,
        field_quality.score,
        cast(field_quality.last_seen_date as timestamp) as confirmed_at,
        cast(field_quality.judged_at as {{ engine_type('varchar') }}) || case when field_quality.is_valid then '0' else '1' end
            as judgement,
        {{ arrival('with_keys.as_of', 'with_keys.record_id') }} as arrival
    from with_keys
    left join repeated_claims
        on
            with_keys.source_key = repeated_claims.source_key
            and with_keys.claim = repeated_claims.claim
    left join live_records on with_keys.evidence_id = live_records.evidence_id
    left join field_quality
        on
            with_keys.record_id = field_quality.record_id
            and with_keys.claim = field_quality.claim

),

-- A vendor says the same thing many times: its newest record speaks for it, older ones fill what that leaves open.
claims as (

    select
        contact_key,
        claim,
        own_key,
        vendor,
        {% for value in ['vendor_value', 'formal'] + values %}
            max_by({{ value }}, case when {{ value }} is not null then arrival end) as {{ value }},
        {% endfor %}
        min(level) as level,
        max_by(record_id, arrival) as record_id,
        max(coalesce(confirmed_at, as_of)) as as_of,
        min(observed_at) as first_seen_at,
        max(observed_at) as last_seen_at,
        min(is_superseded) as is_superseded,
        max(is_live) as is_live,
        max(score) as validation_score
    from arrived
    group by
        contact_key,
        claim,
        own_key,
        vendor

),

judgements as (

    select
        contact_key,
        claim,
        own_key,
        max_by(is_valid, judgement) as is_valid
    from arrived
    where is_valid is not null
    group by
        contact_key,
        claim,
        own_key

),

grouped as (

    select
        *,
        case claim
            {% for claim in places %}
                when '{{ claim }}' then '{{ claim }}'
            {% endfor %}
            {% for fact, rule_group in facts.items() %}
                when '{{ fact }}' then '{{ rule_group }}'
            {% endfor %}
        end as rule_group
    from claims

),

final as (

    select
        grouped.contact_key,
        grouped.claim,
        grouped.own_key,
        grouped.vendor,
        grouped.rule_group,
        grouped.level,
        grouped.record_id,
        grouped.as_of,
        grouped.first_seen_at,
        grouped.last_seen_at,
        coalesce({{ days_between('grouped.as_of', 'clock.now_at') }} <= rules.fresh_days, false) as is_fresh,
        grouped.is_superseded,
        coalesce(not judgements.is_valid, false) as is_refuted,
        coalesce(
            not coalesce(not judgements.is_valid, false)
            and (
                (rules.validated_by like '%field%' and judgements.is_valid)
                or (rules.validated_by like '%live_record%' and grouped.is_live)
                or (rules.validated_by like '%live_employer_mailbox%' and live_employers.company_domain is not null)
                or (
                    rules.validated_by like '%own_list%'
                    and grouped.vendor = 'first_party'
                    and {{ days_between('grouped.as_of', 'clock.now_at') }} <= rules.fresh_days
                )
            ),
            false
        ) as is_validated,
        grouped.validation_score,
        grouped.vendor_value,
        grouped.formal,
        {% for value in values %}
            grouped.{{ value }},
        {% endfor %}
        {% for value in values %}
            case when grouped.{{ value }} is null then 0 else 1 end {{ '+' if not loop.last }}
        {% endfor %} as filled
    from grouped
    cross join clock
    left join rules on grouped.rule_group = rules.attribute_group
    left join judgements
        on
            grouped.contact_key = judgements.contact_key
            and grouped.claim = judgements.claim
            and grouped.own_key = judgements.own_key
    left join live_employers
        on
            grouped.claim = 'employment'
            and grouped.contact_key = live_employers.contact_key
            and grouped.value_2 = live_employers.company_domain

)

select * from final
