{#- A complete select: one row, start_date and end_date (text) of a window of `days` that ends yesterday (UTC). -#}
{% macro last_full_days(days) -%}
    select
        cast(cast({{ dbt.dateadd('day', '-window_days', 'today') }} as date) as {{ engine_type('varchar') }}) as start_date,
        cast(cast({{ dbt.dateadd('day', '-1', 'today') }} as date) as {{ engine_type('varchar') }}) as end_date
    from (
        select
            cast({{ now_utc() }} as date) as today,
            {{ days }} as window_days
    ) as clock
{%- endmacro %}
