{#- Creates the schema `raw` and each of its tables that does not exist yet; changes nothing that exists. A warehouse whose answers
    still lie in tables of an older version is refused: without them the marts would be built as if nothing had been bought. -#}
{% macro create_raw_tables() %}
    {% if execute and flags.WHICH in ['build', 'run', 'test', 'seed', 'snapshot', 'show'] %}
        {% do run_query('create schema if not exists raw') %}
        {#- adapter.get_relation would close the transaction of the hooks before it (dbt-duckdb 1.11.1, seen 2026-12-01). -#}
        {% set present = run_query("select table_name from information_schema.tables where table_schema = 'raw'").columns[0].values() %}
        {% for bundle in contactbased_bundles() if 'contactbased__' ~ bundle in present %}
            {% do exceptions.raise_compiler_error(
                'this warehouse is of an older version (raw.contactbased__' ~ bundle ~ '): run `contactable load`, which moves its answers'
            ) %}
        {% endfor %}
        {#- A statement each would cost every command 0.2 s. -#}
        {% for table, columns in raw_tables().items() if table not in present %}
            {% set definitions = [] %}
            {% for column, type in columns %}
                {% do definitions.append(column ~ ' ' ~ engine_type(type)) %}
            {% endfor %}
            {% do run_query('create table if not exists raw.' ~ table ~ ' (' ~ definitions | join(', ') ~ ')') %}
        {% endfor %}
    {% endif %}
{% endmacro %}
