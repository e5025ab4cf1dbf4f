-- Grain: one row per contact_key that was ever given, and the one that stands for the person today.
--   living    it is a person's key; contact_key is the same
--   merged    the person goes by another key now, however many merges lie between
--   retired   nothing of the person is left; contact_key is NULL
-- depends_on: {{ ref('int_identity__resolves') }}
with key_log as (

    select * from {{ ref('int_identity__key_log') }}

),

ranked as (

    select
        key_log.*,
        min(key_log.changed_at) over (partition by key_log.given_key) as given_at,
        row_number() over (partition by key_log.given_key order by key_log.resolve desc) as place
    from key_log

),

final as (

    select
        given_key,
        contact_key,
        status,
        given_at,
        changed_at
    from ranked
    where place = 1

)

select * from final
