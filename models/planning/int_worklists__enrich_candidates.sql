-- Grain: one row per endpoint of the enrich wave that is switched on and subject it could be asked with, whether due or not:
-- what would be sent (subject and options) and which question that is. What each endpoint takes: macro enrichment_inputs.
-- Left out, by endpoint:
--   bigdbm.b2b_email            addresses at free mailbox providers: they name no employer (seed free_mail_domains)
--   bigdbm.consumer_email_md5   the hash of an address that bigdbm.consumer_email asks about in plain: the same person
--   bigdbm.consumer_md5_age     the hash of an address that stands among the subjects in plain
--   bigdbm.b2b_email_md5        the hash of an address that we know in plain
--   bigdbm.consumer_pii         people without a match in PII Count, and all while consumer_pii_validated asks about them
--   contactbased.enrich_*       bundles that the vendor does not list for us
-- bigdbm.consumer_id asks about the ids of the list, and refreshes profiles that were bought when they are older than the life
-- of an answer.
with subjects as (

    select * from {{ ref('int_worklists__subjects') }}

),

addresses as (

    select * from {{ ref('int_contacts__email_addresses') }}

),

profiles as (

    select * from {{ ref('int_contacts__profiles') }}

),

bundles as (

    select * from {{ ref('int_worklists__bundles') }}

),

counts as (

    select * from {{ ref('stg_bigdbm__pii_counts') }}

),

life_times as (

    select * from {{ ref('int_worklists__life_times') }}

),

enabled as (

    {{ enabled_endpoints() }}

),

billing as (

    {{ billing_quotes() }}

),

sent_options as (

    select
        '{}' as no_options,
        {{ options_json({'OutputId': setting('bigdbm.output_id', 'integer', 10008)}) }} as output,
        {{ options_json({'OutputId': setting('bigdbm.b2b_output_id', 'integer', 3)}) }} as b2b_output,
        {{ options_json({'OutputId': setting('bigdbm.age_output_id', 'integer', 10008)}) }} as age_output,
        {{ options_json({'OutputId': setting('bigdbm.zip4_output_id', 'integer', 10008)}) }} as zip4_output,
        {{ options_json({
            'required_fields': "cast(" ~ setting('exactbuyer.required_fields', 'json', "'[]'") ~ " as json)",
        }) }} as required_fields,
        {{ now_utc() }} as now_at

),

inputs as (

    {% for input in enrichment_inputs() %}
        select
            '{{ input.endpoint }}' as endpoint,
            '{{ input.record | default(input.endpoint) }}' as record_kind,
            '{{ input.subject_type }}' as subject_type,
            {{ input.rank | default(1) }} as identifier_rank,
            {{ input.discovered | default(false) | lower }} as takes_discovered,
            '{{ input.sent_as | default("text") }}' as sent_as,
            sent_options.{{ input.options | default('no_options') }} as options,
            {{ input.person | default(true) | lower }} as is_about_person,
            {{ "'" ~ input.bundle ~ "'" if input.bundle else 'null' }} as bundle
        from sent_options
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

asked_inputs as (

    select inputs.*
    from inputs
    inner join enabled on inputs.endpoint = enabled.endpoint
    left join bundles on inputs.bundle = bundles.bundle
    left join enabled as better
        on
            inputs.endpoint = 'bigdbm.consumer_pii'
            and better.endpoint = 'bigdbm.consumer_pii_validated'
    where
        (inputs.bundle is null or bundles.bundle is not null)
        and better.endpoint is null

),

-- Answers about an object carry the hash of its text (its Sequence).
nobody_there as (

    select subject_value as pii_md5
    from counts
    group by subject_value
    having max_by(matching_records, fetched_at) = 0

),

-- Which endpoints are asked about the same person by the plain address.
covered_by_plain as (

    select case endpoint when 'bigdbm.consumer_email' then 'bigdbm.consumer_email_md5' else endpoint end as endpoint
    from enabled
    where endpoint in ('bigdbm.consumer_email', 'bigdbm.consumer_md5_age')

),

asked_in_plain as (

    select distinct
        covered_by_plain.endpoint,
        addresses.email_md5
    from addresses
    inner join subjects
        on
            addresses.email = subjects.subject_value
            and subjects.subject_type = 'email'
    cross join covered_by_plain
    where subjects.is_first_party or subjects.is_discovered

),

known_in_plain as (

    select distinct email_md5 from addresses

),

-- What holds for one endpoint only stands inside the key: beside it, the join would compare everybody with everybody.
wanted as (

    select
        asked_inputs.endpoint,
        asked_inputs.record_kind,
        asked_inputs.identifier_rank,
        asked_inputs.is_about_person,
        asked_inputs.options,
        subjects.subject_type as source_type,
        subjects.subject_value as source_value,
        case when asked_inputs.sent_as = 'md5' then 'email_md5' else subjects.subject_type end as subject_type,
        case asked_inputs.sent_as
            when 'ten_digits' then {{ phone_national10('subjects.subject_value') }}
            when 'md5' then addresses.email_md5
            else subjects.subject_value
        end as subject_value,
        subjects.is_first_party,
        subjects.newest_at
    from asked_inputs
    inner join subjects on asked_inputs.subject_type = subjects.subject_type
    left join addresses on subjects.subject_value = addresses.email
    left join asked_in_plain
        on
            asked_inputs.endpoint = asked_in_plain.endpoint
            and subjects.subject_value = asked_in_plain.email_md5
    left join known_in_plain
        on
            case when asked_inputs.endpoint = 'bigdbm.b2b_email_md5' then subjects.subject_value end
            = known_in_plain.email_md5
    left join nobody_there
        on
            case when asked_inputs.endpoint = 'bigdbm.consumer_pii' then md5(subjects.subject_value) end
            = nobody_there.pii_md5
    where
        (subjects.is_first_party or (subjects.is_discovered and asked_inputs.takes_discovered))
        and not (asked_inputs.endpoint = 'bigdbm.b2b_email' and coalesce(addresses.is_free_mail, false))
        and asked_in_plain.email_md5 is null
        and known_in_plain.email_md5 is null
        and nobody_there.pii_md5 is null

),

bought as (

    select
        person_ref,
        max(observed_at) as newest_at
    from profiles
    where
        source = 'bigdbm.consumer_profiles'
        and person_ref is not null
    group by person_ref

),

refreshed as (

    select
        enabled.endpoint,
        'bigdbm.consumer_profiles' as record_kind,
        1 as identifier_rank,
        false as is_about_person,
        sent_options.output as options,
        'bigdbm_id' as source_type,
        bought.person_ref as source_value,
        'bigdbm_id' as subject_type,
        bought.person_ref as subject_value,
        false as is_first_party,
        bought.newest_at
    from bought
    cross join sent_options
    inner join enabled on enabled.endpoint = 'bigdbm.consumer_id'
    inner join life_times
        on
            life_times.endpoint = 'bigdbm.consumer_id'
            and life_times.outcome = 'match'
    left join subjects
        on
            subjects.subject_type = 'bigdbm_id'
            and subjects.is_first_party
            and bought.person_ref = subjects.subject_value
    where
        {{ days_between('bought.newest_at', 'sent_options.now_at') }} >= life_times.life_days
        and subjects.subject_value is null

),

united as (

    select * from wanted
    where subject_value is not null

    union all

    select * from refreshed

),

keyed as (

    select
        endpoint,
        record_kind,
        {{ question_key('endpoint', 'subject_type', 'subject_value', 'options') }} as question_key,
        {{ subject_key('endpoint', 'subject_type', 'subject_value') }} as subject_key,
        subject_type,
        subject_value,
        options,
        source_type,
        source_value,
        identifier_rank,
        is_about_person,
        is_first_party,
        newest_at
    from united

),

final as (

    select
        keyed.*,
        {{ quoted_credits() }} as credits_quoted
    from keyed
    left join billing on keyed.endpoint = billing.endpoint

)

select * from final
