-- Grain: one row per pair of sides and decision (same, different), whichever side stands left in the seed.
with decisions as (

    select * from {{ ref('identity_decisions') }}

),

-- Typed by people: blanks, and capitals in a type or a hash, mean nothing.
named as (

    select
        {% for side in ['left', 'right'] %}
            coalesce(lower(trim({{ side }}_type)), '') || ':'
            || coalesce(
                case
                    when lower(trim({{ side }}_type)) like 'email%' then lower(trim({{ side }}_value))
                    else trim({{ side }}_value)
                end,
                ''
            ) as {{ side }}_name,
        {% endfor %}
        coalesce(lower(trim(decision)), '') as decision,
        decided_by,
        try_cast(decided_on as date) as decided_on,
        note
    from decisions

),

ordered as (

    select
        least(left_name, right_name) as left_name,
        greatest(left_name, right_name) as right_name,
        decision,
        decided_by,
        decided_on,
        note
    from named

),

final as (

    select
        md5(left_name || '|' || right_name || '|' || decision) as decision_key,
        left_name,
        right_name,
        decision,
        min(decided_by) as decided_by,
        min(decided_on) as decided_on,
        min(note) as note,
        cast(count(*) as {{ engine_type('integer') }}) as times
    from ordered
    group by
        left_name,
        right_name,
        decision

)

select * from final
