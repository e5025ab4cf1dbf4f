-- Grain: one row per normalised e-mail address with letters beyond ASCII that a source gave or that was asked about. Few, if
-- any: what only a library can decide is asked once a value (int_contacts__ascii_addresses).
{{ config(materialized='view') }}

with profiles as (

    select * from {{ ref('int_contacts__profiles') }}

),

contactbased_emails as (

    select * from {{ ref('stg_contactbased__emails') }}

),

listed as (

    {{ unnest_list('profiles', 'emails', ['evidence_id']) }}

),

given as (

    select item as email
    from listed
    where not {{ is_ascii('item') }}

    union all

    select email
    from profiles
    where not {{ is_ascii('email') }}

    union all

    select subject_value as email
    from profiles
    where subject_type = 'email' and not {{ is_ascii('subject_value') }}

    union all

    select email
    from contactbased_emails
    where not {{ is_ascii('email') }}

),

cells as (

    select
        email,
        {{ emails_in('email') }} as addresses
    from given

),

parted as (

    {{ unnest_list('cells', 'addresses', ['email']) }}

),

final as (

    select distinct item as written
    from parted
    where not {{ is_ascii('item') }}

)

select * from final
