{#- Creates the schema `raw` and each of its tables that does not exist yet; changes nothing that exists. A warehouse whose answers
    still lie in tables of an older version is refused: without them the marts would be built as if nothing had been bought. -#}
{% macro create_raw_tables() %}
    {% if execute and flags.WHICH in ['build', 'run', 'test', 'seed', 'snapshot', 'show'] %}
        {% do run_query('create schema if not exists raw') %}
        {#- adapter.get_relation would close the transaction of the hooks before it (dbt-duckdb 1.11.1, seen 2026-12-01). -#}
        {% set former = run_query(
            "select table_name from information_schema.tables where table_schema = 'raw'"
            ~ " and table_name in ('contactbased__" ~ contactbased_bundles() | join("', 'contactbased__") ~ "')"
        ) %}
        {% if former | length %}
            {% do exceptions.raise_compiler_error(
                'this warehouse is of an older version (raw.' ~ former.rows[0][0] ~ '): run `contactable load`, which moves its answers'
            ) %}
        {% endif %}
        {% for table, columns in raw_tables().items() %}
            {% set definitions = [] %}
            {% for column, type in columns %}
                {% do definitions.append(column ~ ' ' ~ engine_type(type)) %}
            {% endfor %}
            {% do run_query('create table if not exists raw.' ~ table ~ ' (' ~ definitions | join(', ') ~ ')') %}
        {% endfor %}
    {% endif %}
{% endmacro %}
