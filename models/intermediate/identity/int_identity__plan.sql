-- Grain: one row: the number of this resolve and its moment.
-- A resolve has happened when its assignments are written, and not before: one that was killed earlier has the same number when
-- it is tried again, and replaces what it had recorded.
with assignments as (

    {{ identity_state('int_identity__assignments', {'resolve': 'integer'}) }}

),

-- Numbers are not given again when the last people are erased.
resolves as (

    {{ identity_state('int_identity__resolves', {'resolve': 'integer'}) }}

),

happened as (

    select resolve from assignments

    union all

    select resolve from resolves

),

final as (

    select
        cast(coalesce(max(resolve), 0) + 1 as integer) as resolve,
        {{ now_utc() }} as resolved_at,
        true as is_full
    from happened

)

select * from final
