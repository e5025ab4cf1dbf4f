{#- Creates the schema `raw` and each of its tables that does not exist yet; changes nothing that exists. -#}
{% macro create_raw_tables() %}
    {% if execute and flags.WHICH in ['build', 'run', 'test', 'seed', 'snapshot', 'show'] %}
        {% do run_query('create schema if not exists raw') %}
        {% for table, columns in raw_tables().items() %}
            {% set definitions = [] %}
            {% for column, type in columns %}
                {% do definitions.append(column ~ ' ' ~ engine_type(type)) %}
            {% endfor %}
            {% do run_query('create table if not exists raw.' ~ table ~ ' (' ~ definitions | join(', ') ~ ')') %}
        {% endfor %}
    {% endif %}
{% endmacro %}
