-- Grain: one row per answer (question and moment) about several people, and record in it: the value that was asked about.
-- If the answer has one person, the asked value belongs to that person. If it has several (a household), the question does not
-- say to which: the value is then evidence of the records that list it (is_listed: at least one does), else of the person that
-- it names or that another record ties to it (int_identity__identifiers). `person` is a name, so that two records of one name
-- are one person; years of birth further apart than an estimate (2026-11-30: one year off at most, on either side) are two
-- people of one name.
with profiles as (

    select * from {{ ref('int_contacts__profiles') }}

),

spellings as (

    select * from {{ ref('int_identity__spellings') }}

),

ascii_addresses as (

    select * from {{ ref('int_contacts__ascii_addresses') }}

),

asked as (

    select
        coalesce(question_key, record_id) as question_key,
        observed_at,
        record_id,
        evidence_id,
        vendor,
        subject_type,
        subject_value,
        first_name,
        last_name,
        birth_year,
        email,
        emails,
        home_country,
        phone,
        phones,
        linkedin,
        maid
    from profiles
    where subject_type in ('email', 'email_md5', 'email_sha1', 'email_sha256', 'phone', 'linkedin', 'maid')

),

-- Most answers are one record: their names are not looked up.
long_answers as (

    select
        question_key,
        observed_at
    from asked
    group by
        question_key,
        observed_at
    having min(record_id) <> max(record_id)

),

stated as (

    select
        asked.*,
        spellings.given_key,
        spellings.first_name_canonical,
        spellings.last_name_key,
        coalesce(case when not spellings.is_partial then spellings.name_key end, asked.evidence_id) as person
    from asked
    inner join long_answers
        on
            asked.question_key = long_answers.question_key
            and asked.observed_at = long_answers.observed_at
    left join spellings
        on
            asked.first_name is not distinct from spellings.first_name
            and asked.last_name is not distinct from spellings.last_name

),

-- Father and son of one name.
aged as (

    select
        *,
        coalesce(
            max(birth_year) over (partition by question_key, observed_at, person)
            - min(birth_year) over (partition by question_key, observed_at, person) > 2,
            false
        ) as are_namesakes
    from stated

),

several as (

    select
        question_key,
        observed_at
    from aged
    group by
        question_key,
        observed_at
    having min(person) <> max(person) or max(are_namesakes)

),

members as (

    select
        aged.*,
        case
            when aged.subject_type = 'email' then coalesce(ascii_addresses.email, {{ normalise_email('aged.subject_value') }})
        end as asked_email
    from aged
    inner join several
        on
            aged.question_key = several.question_key
            and aged.observed_at = several.observed_at
    left join ascii_addresses
        on
            aged.subject_type = 'email'
            and {{ normalise_email('aged.subject_value') }} = ascii_addresses.written

),

valued as (

    select
        *,
        case when subject_type = 'email' then 'email_md5' else subject_type end as identifier_type,
        case subject_type
            when 'email' then {{ email_hash('asked_email', 'md5') }}
            when 'phone' then {{ normalise_phone('subject_value') }}
            when 'linkedin' then {{ linkedin_slug('subject_value') }}
            else lower(trim(subject_value))
        end as identifier_value
    from members

),

listed_emails as (

    {{ unnest_list('valued', 'emails', ['question_key', 'observed_at', 'identifier_type', 'identifier_value']) }}

),

own_emails as (

    select
        question_key,
        observed_at,
        identifier_type,
        identifier_value,
        {{ normalise_email('item') }} as email
    from listed_emails

    union

    select
        question_key,
        observed_at,
        identifier_type,
        identifier_value,
        email
    from valued

),

addressed as (

    select
        own_emails.question_key,
        own_emails.observed_at,
        own_emails.identifier_type,
        own_emails.identifier_value,
        coalesce(ascii_addresses.email, own_emails.email) as email
    from own_emails
    left join ascii_addresses on own_emails.email = ascii_addresses.written

),

listed_phones as (

    {{ unnest_list('valued', 'phones', ['question_key', 'observed_at', 'identifier_type', 'identifier_value', 'home_country']) }}

),

listing as (

    select
        question_key,
        observed_at
    from addressed
    where
        case identifier_type
            {% for algorithm in ['md5', 'sha1', 'sha256'] %}
                when 'email_{{ algorithm }}'
                    then identifier_value in (
                        {{ email_hash('email', algorithm) }}, {{ email_hash('email', algorithm, of_capitals=true) }}
                    )
            {% endfor %}
        end

    union

    select
        question_key,
        observed_at
    from listed_phones
    where
        identifier_type = 'phone'
        and {{ normalise_phone('item.phone', 'home_country') }} = identifier_value

    union

    select
        question_key,
        observed_at
    from valued
    where
        (identifier_type = 'phone' and {{ normalise_phone('phone', 'home_country') }} = identifier_value)
        or (identifier_type = 'linkedin' and linkedin = identifier_value)
        or (identifier_type = 'maid' and maid = identifier_value)

),

final as (

    select
        valued.question_key,
        valued.observed_at,
        valued.record_id,
        valued.evidence_id,
        valued.vendor,
        valued.identifier_type,
        valued.identifier_value,
        valued.identifier_type || ':' || valued.identifier_value as node,
        valued.asked_email,
        valued.person,
        valued.are_namesakes,
        valued.given_key,
        valued.first_name_canonical,
        valued.last_name_key,
        listing.question_key is not null as is_listed
    from valued
    left join listing
        on
            valued.question_key = listing.question_key
            and valued.observed_at = listing.observed_at

)

select * from final
