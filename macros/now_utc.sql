{#- The moment every model reasons from: the run's own clock where it was set (the sandbox, a replay), else the start of
    this dbt invocation. UTC, without a zone. Never current_timestamp, so that one build has one "now". -#}
{% macro now_utc() -%}
    coalesce(
        (
            select max(try_cast({{ json_text('clock.value') }} as timestamp))
            from {{ ref('stg_contactable__settings') }} as clock
            where clock.setting = 'clock.now'
        ),
        cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as timestamp)
    )
{%- endmacro %}
