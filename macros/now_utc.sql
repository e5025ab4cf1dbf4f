{#- The moment every model reasons from: the run's own clock where it was set (the sandbox, a replay), else the start of
    this dbt invocation. UTC, without a zone. Never current_timestamp, so that one build has one "now".
    `CONTACTABLE_NOW` moves it: through the run's clock, or here, where dbt is called by hand. -#}
{% macro now_utc() -%}
    {%- set given = env_var('CONTACTABLE_NOW', '') -%}
    {%- set settings = ref('stg_contactable__settings') -%}
    {%- if given and model.resource_type != 'unit_test' -%}
        {%- set moment = modules.datetime.datetime.fromisoformat(given) -%}
        {%- if moment.tzinfo is none -%}
            {{ exceptions.raise_compiler_error('CONTACTABLE_NOW needs an offset from UTC, such as 2026-12-01T03:00:00Z') }}
        {%- endif -%}
        cast('{{ moment.astimezone(modules.pytz.utc).strftime("%Y-%m-%d %H:%M:%S") }}' as timestamp)
    {%- else -%}
        coalesce(
            (
                select max(try_cast({{ json_text('clock.value') }} as timestamp))
                from {{ settings }} as clock
                where clock.setting = 'clock.now'
            ),
            cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as timestamp)
        )
    {%- endif -%}
{%- endmacro %}
