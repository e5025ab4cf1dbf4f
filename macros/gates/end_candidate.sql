{#- Writes down what this command made of the candidate: how many models, seeds and data tests of the project it left out, and the
    names of those that failed. A failed `dbt test` on its own counts against the candidate that stands. -#}
{% macro end_candidate(results) %}
    {% if execute and flags.WHICH in ['build', 'run', 'seed', 'snapshot', 'test'] %}
        {% set done = [] %}
        {% set failed = [] %}
        {% for result in results %}
            {% if result.node.resource_type in ['model', 'seed', 'test'] %}
                {% if result.status in ['success', 'pass', 'warn', 'fail'] %}
                    {% do done.append(result.node.unique_id) %}
                {% endif %}
                {% if result.status in ['fail', 'error', 'runtime error'] %}
                    {% do failed.append(result.node.name) %}
                {% endif %}
            {% endif %}
        {% endfor %}
        {% set failures = "'" ~ (failed | sort)[:20] | join(', ') ~ (' and ' ~ (failed | length - 20) ~ ' more' if failed | length > 20 else '') ~ "'" %}
        {% if flags.WHICH == 'test' %}
            {% if failed %}
                {% do run_query('update raw.candidate set failures = ' ~ failures) %}
            {% endif %}
        {% else %}
            {% set expected = [] %}
            {% for node in graph.nodes.values() %}
                {% if node.resource_type in ['model', 'seed', 'test'] and node.config.materialized != 'ephemeral' %}
                    {% do expected.append(node.unique_id) %}
                {% endif %}
            {% endfor %}
            {#- --empty and --sample make every model, with rows left out. -#}
            {% set missing = expected | length if invocation_args_dict.get('empty') or invocation_args_dict.get('sample')
                else expected | reject('in', done) | list | length %}
            {% do run_query(
                "update raw.candidate set finished_at = cast('" ~ modules.datetime.datetime.now(modules.pytz.utc).strftime('%Y-%m-%d %H:%M:%S')
                ~ "' as timestamp), nodes_missing = " ~ missing ~ ", failures = " ~ failures
                ~ " where build_id = '" ~ invocation_id ~ "'"
            ) %}
        {% endif %}
    {% endif %}
{% endmacro %}
