-- Grain: one row per person of the first-party list (its best identifier: e-mail, else LinkedIn profile, else phone) and
-- per address of discovery that is due for ExactBuyer. One identifier a person, because every match costs a credit, also
-- a repeated one.
{{ config(tags=['wave_enrich']) }}

with subjects as (

    select * from {{ ref('int_worklists__subjects') }}

),

profiles as (

    select * from {{ ref('int_contacts__profiles') }}

),

addresses as (

    select * from {{ ref('int_contacts__email_addresses') }}

),

listed as (

    select
        profiles.as_of as newest_at,
        profiles.linkedin,
        {{ normalise_phone('profiles.phone') }} as phone,
        case when addresses.is_valid and not addresses.is_placeholder then addresses.email end as email
    from profiles
    left join addresses on profiles.email = addresses.email
    where profiles.vendor = 'first_party'

),

people as (

    select
        case
            when email is not null then 'email'
            when linkedin is not null then 'linkedin'
            else 'phone'
        end as subject_type,
        coalesce(email, 'linkedin.com/in/' || linkedin, phone) as subject_value,
        true as is_first_party,
        newest_at
    from listed
    where coalesce(email, linkedin, phone) is not null

    union all

    select
        subject_type,
        subject_value,
        is_first_party,
        newest_at
    from subjects
    where
        subject_type = 'email'
        and is_discovered

),

candidates as (

    select
        people.subject_type,
        people.subject_value,
        max(people.is_first_party) as is_first_party,
        max(people.newest_at) as newest_at,
        {{ options_json({
            'required_fields': "cast(" ~ setting('exactbuyer.required_fields', 'json', "'[]'") ~ " as json)",
        }) }} as options,
        1 as credits_quoted
    from people
    inner join subjects on people.subject_type = subjects.subject_type and people.subject_value = subjects.subject_value
    group by people.subject_type, people.subject_value

),

final as (

    {{ due_subjects('candidates', 'exactbuyer.bulk_enrich') }}

)

select * from final
