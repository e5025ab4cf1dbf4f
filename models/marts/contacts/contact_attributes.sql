-- Grain: one row per person, attribute and claim (a vendor's value); claim_rank 1 is the winner.
-- Fields that belong together win together (a street never takes another record's town): a claim is a name, an address or an
-- employment as a whole, or a single fact. Order: not refuted by its own vendor > validated (its record carries an address or
-- number that a validator vouches for, or its vendor confirms this very field: PII with Validation) > fresh > agreed by more
-- vendors > more complete > surer vendor > trusted vendor > newer. Seeds survivorship_rules, validated_fields and
-- vendor_priorities hold the numbers.
{% set groups = {
    'name': ['first_name', 'last_name'],
    'location': ['address', 'city', 'state', 'zip', 'country'],
    'employment': ['company_name', 'company_domain', 'job_title', 'seniority', 'department'],
} %}
{% set single = {
    'linkedin': 'linkedin',
    'zip_plus4': 'location',
    'home_value': 'household',
    'age_range': 'demographics',
    'gender': 'demographics',
    'birth_year': 'demographics',
    'marital_status': 'demographics',
    'has_children': 'demographics',
    'is_veteran': 'demographics',
    'occupation': 'demographics',
    'home_owner': 'household',
    'credit_range': 'household',
    'income_range': 'household',
    'net_worth_range': 'household',
    'household_size': 'household',
    'home_value_range': 'household',
    'dwelling_type': 'household',
    'year_built': 'household',
    'county': 'location',
    'dma': 'location',
    'is_donor': 'lifestyle',
    'causes': 'lifestyle',
    'interests': 'lifestyle',
    'purchase_categories': 'lifestyle',
    'is_investor': 'lifestyle',
} %}
{% set vendor_words = ['gender', 'marital_status', 'home_owner'] %}
{% set no_text = 'cast(null as ' ~ engine_type('varchar') ~ ')' %}
{% set bands = ['credit_range', 'income_range', 'net_worth_range'] %}

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

contact_emails as (

    select * from {{ ref('contact_emails') }}

),

contact_phones as (

    select * from {{ ref('contact_phones') }}

),

email_statuses as (

    select * from {{ ref('email_status_current') }}

),

phone_scores as (

    select * from {{ ref('phone_reachability_current') }}

),

unknown_bands as (

    select * from {{ ref('value_bands') }}
    where is_unknown

),

field_quality as (

    select * from {{ ref('int_contacts__field_quality') }}

),

rules as (

    select * from {{ ref('survivorship_rules') }}

),

priorities as (

    select * from {{ ref('vendor_priorities') }}

),

clock as (

    select {{ now_utc() }} as now_at

),

vouched as (

    select emails.evidence_id
    from emails
    inner join email_statuses on emails.email = email_statuses.email
    where email_statuses.verdict = 'send'

    union

    select phones.evidence_id
    from phones
    inner join phone_scores on phones.phone = phone_scores.phone
    where phone_scores.verdict = 'call'

),

people as (

    select
        clusters.contact_key,
        profiles.*,
        vouched.evidence_id is not null as is_validated
    from profiles
    inner join clusters on profiles.evidence_id = clusters.evidence_id
    left join vouched on profiles.evidence_id = vouched.evidence_id

),

told as (

    select
        contact_key,
        'name' as claim,
        'name' as rule_group,
        coalesce({{ name_key('last_name') }}, '') || '|' || coalesce({{ name_key('first_name') }}, '') as agreement_key,
        vendor,
        record_id,
        as_of,
        is_validated,
        cast(null as {{ engine_type('varchar') }}) as vendor_value,
        first_name as value_1,
        last_name as value_2,
        cast(null as {{ engine_type('varchar') }}) as value_3,
        cast(null as {{ engine_type('varchar') }}) as value_4,
        cast(null as {{ engine_type('varchar') }}) as value_5
    from people
    where coalesce(first_name, last_name) is not null

    union all

    select
        contact_key,
        'location' as claim,
        'location' as rule_group,
        coalesce({{ address_key('address', 'zip') }}, {{ name_key('city') }} || '|' || coalesce(state, ''), zip, state)
            as agreement_key,
        vendor,
        record_id,
        as_of,
        is_validated,
        cast(null as {{ engine_type('varchar') }}) as vendor_value,
        address as value_1,
        city as value_2,
        state as value_3,
        zip as value_4,
        country as value_5
    from people
    where coalesce(address, city, state, zip) is not null

    union all

    select
        contact_key,
        'employment' as claim,
        'employment' as rule_group,
        coalesce({{ company_key('company_domain', 'company_name') }}, 'title:' || {{ name_key('job_title') }}) as agreement_key,
        vendor,
        record_id,
        as_of,
        is_validated,
        vendor_seniority as vendor_value,
        company_name as value_1,
        company_domain as value_2,
        job_title as value_3,
        seniority as value_4,
        department as value_5
    from people
    where coalesce(company_name, company_domain, job_title) is not null

    {% for attribute, rule_group in single.items() %}
        union all

        select
            people.contact_key,
            '{{ attribute }}' as claim,
            '{{ rule_group }}' as rule_group,
            lower(cast(people.{{ attribute }} as {{ engine_type('varchar') }})) as agreement_key,
            people.vendor,
            people.record_id,
            people.as_of,
            people.is_validated,
            {{ 'people.vendor_' ~ attribute if attribute in vendor_words else no_text }} as vendor_value,
            cast(people.{{ attribute }} as {{ engine_type('varchar') }}) as value_1,
            cast(null as {{ engine_type('varchar') }}) as value_2,
            cast(null as {{ engine_type('varchar') }}) as value_3,
            cast(null as {{ engine_type('varchar') }}) as value_4,
            cast(null as {{ engine_type('varchar') }}) as value_5
        from people
        {% if attribute in bands %}
            left join unknown_bands
                on
                    people.{{ attribute }} = unknown_bands.label
                    and unknown_bands.column_name = '{{ attribute }}'
        {% endif %}
        where
            people.{{ attribute }} is not null
            {% if attribute in bands %}and unknown_bands.label is null{% endif %}
            {% if attribute in vendor_words %}and people.{{ attribute }} <> 'unknown'{% endif %}
    {% endfor %}

),

-- A vendor says the same thing many times: its newest and fullest record speaks for it.
claims as (

    select
        contact_key,
        claim,
        agreement_key,
        vendor,
        min(rule_group) as rule_group,
        max_by(record_id, arrival) as record_id,
        max(as_of) as as_of,
        max(is_validated) as is_validated,
        coalesce(max(field_is_valid), true) as is_unrefuted,
        max(validation_score) as validation_score,
        max_by(vendor_value, arrival) as vendor_value,
        max_by(value_1, arrival) as value_1,
        max_by(value_2, arrival) as value_2,
        max_by(value_3, arrival) as value_3,
        max_by(value_4, arrival) as value_4,
        max_by(value_5, arrival) as value_5
    from (
        select
            told.contact_key,
            told.claim,
            told.rule_group,
            told.agreement_key,
            told.vendor,
            told.record_id,
            coalesce(cast(field_quality.last_seen_date as timestamp), told.as_of) as as_of,
            told.is_validated or coalesce(field_quality.is_valid, false) as is_validated,
            field_quality.is_valid as field_is_valid,
            field_quality.score as validation_score,
            told.vendor_value,
            {% for place in range(1, 6) %}
                told.value_{{ place }},
            {% endfor %}
            cast(told.as_of as {{ engine_type('varchar') }}) || told.record_id as arrival
        from told
        left join field_quality
            on
                told.record_id = field_quality.record_id
                and told.rule_group = field_quality.attribute_group
    ) as arrived
    group by
        contact_key,
        claim,
        agreement_key,
        vendor

),

weighed as (

    select
        claims.*,
        {{ days_between('claims.as_of', 'clock.now_at') }} <= rules.fresh_days as is_fresh,
        count(*) over (partition by claims.contact_key, claims.claim, claims.agreement_key) as agreeing_vendors,
        min(claims.agreement_key) over (partition by claims.contact_key, claims.claim)
        <> max(claims.agreement_key) over (partition by claims.contact_key, claims.claim) as is_conflict,
        {% for place in range(1, 6) %}
            case when claims.value_{{ place }} is null then 0 else 1 end {{ '+' if not loop.last }}
        {% endfor %} as filled,
        coalesce(special.priority, general.priority, 99) as vendor_priority
    from claims
    cross join clock
    left join rules on claims.rule_group = rules.attribute_group
    left join priorities as special
        on
            claims.vendor = special.vendor
            and claims.rule_group = special.attribute_group
    left join priorities as general
        on
            claims.vendor = general.vendor
            and general.attribute_group = 'default'

),

ranked as (

    select
        *,
        row_number() over (
            partition by contact_key, claim
            order by
                case when is_validated or is_unrefuted then 0 else 1 end,
                case when is_validated then 0 else 1 end,
                case when is_fresh then 0 else 1 end,
                agreeing_vendors desc,
                filled desc,
                validation_score desc nulls last,
                vendor_priority,
                as_of desc,
                agreement_key,
                vendor
        ) as claim_rank
    from weighed

),

-- E-mail addresses and phones are ranked where their verdicts are known.
reached as (

    select
        contact_key,
        'email' as attribute,
        email as value,
        source_vendors as vendor,
        record_id,
        as_of,
        verdict = 'send' as is_validated,
        is_fresh,
        vendor_count as agreeing_vendors,
        email_rank as claim_rank
    from contact_emails

    union all

    select
        contact_key,
        'phone' as attribute,
        phone as value,
        source_vendors as vendor,
        record_id,
        as_of,
        verdict = 'call' as is_validated,
        is_fresh,
        vendor_count as agreeing_vendors,
        phone_rank as claim_rank
    from contact_phones

),

final as (

    {% for claim, attributes in groups.items() %}
        {% for attribute in attributes %}
            select
                contact_key,
                '{{ attribute }}' as attribute,
                value_{{ loop.index }} as value,
                {{ 'vendor_value' if attribute == 'seniority' else no_text }} as vendor_value,
                vendor,
                record_id,
                as_of,
                is_validated,
                is_fresh,
                cast(agreeing_vendors as integer) as agreeing_vendors,
                cast(claim_rank as integer) as claim_rank,
                claim_rank = 1 as is_winner,
                is_conflict,
                validation_score
            from ranked
            where
                claim = '{{ claim }}'
                and value_{{ loop.index }} is not null

            union all
        {% endfor %}
    {% endfor %}

    select
        contact_key,
        claim as attribute,
        value_1 as value,
        vendor_value,
        vendor,
        record_id,
        as_of,
        is_validated,
        is_fresh,
        cast(agreeing_vendors as integer) as agreeing_vendors,
        cast(claim_rank as integer) as claim_rank,
        claim_rank = 1 as is_winner,
        is_conflict,
        validation_score
    from ranked
    where claim not in ('{{ groups.keys() | join("', '") }}')

    union all

    select
        contact_key,
        attribute,
        value,
        cast(null as {{ engine_type('varchar') }}) as vendor_value,
        vendor,
        record_id,
        as_of,
        is_validated,
        is_fresh,
        cast(agreeing_vendors as integer) as agreeing_vendors,
        cast(claim_rank as integer) as claim_rank,
        claim_rank = 1 as is_winner,
        count(*) over (partition by contact_key, attribute) > 1 as is_conflict,
        cast(null as double) as validation_score
    from reached

)

select * from final
