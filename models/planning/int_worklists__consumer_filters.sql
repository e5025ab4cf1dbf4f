-- Grain: one row per configured consumer filter and value it compares with (one row without a value where it has none).
with settings as (

    select * from {{ ref('stg_contactable__settings') }}
    where setting = 'contactbased.consumer_filters'

),

lists as (

    select
        setting,
        {{ parse_json('value', 'json[]') }} as filters
    from settings

),

filters as (

    {{ unnest_list('lists', 'filters', ['setting']) }}

),

opened as (

    select
        ordinal as position,
        {{ parse_json('item', {'field': 'text', 'operator': 'text', 'value': 'json'}) }} as filter
    from filters

),

described as (

    select
        position,
        filter.field as field,
        filter.operator as operator,
        case
            when {{ json_kind('filter.value') }} = 'array' then {{ parse_json('filter.value', 'json[]') }}
            when filter.value is not null then {{ single_element_list('filter.value') }}
        end as asked_values
    from opened

),

members as (

    {{ unnest_list('described', 'asked_values', ['position']) }}

),

final as (

    select
        described.position,
        described.field,
        described.operator,
        {{ json_text('members.item') }} as asked_value,
        left(trim(cast(members.item as {{ engine_type('varchar') }})), 1) = '"' as is_text
    from described
    left join members on described.position = members.position

)

select * from final
