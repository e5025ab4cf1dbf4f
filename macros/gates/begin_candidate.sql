{#- What the last command made of the models is no candidate any more: this one changes them. Runs first, so that a command that is
    killed leaves a candidate that never finished (contactable.warehouse.candidate reads it). -#}
{% macro begin_candidate() %}
    {% if execute and flags.WHICH in ['build', 'run', 'seed', 'snapshot'] %}
        {% do run_query('delete from raw.candidate') %}
        {% do run_query(
            "insert into raw.candidate (build_id, command, started_at) values ('" ~ invocation_id ~ "', 'dbt " ~ flags.WHICH
            ~ "', cast('" ~ run_started_at.strftime('%Y-%m-%d %H:%M:%S') ~ "' as timestamp))"
        ) %}
    {% endif %}
{% endmacro %}
