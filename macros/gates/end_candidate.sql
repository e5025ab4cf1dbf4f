{#- Writes down what this command made of the candidate: how many models, seeds and data tests of the project it left out, and what
    failed: rules of models by their text, the rest by name. A failed `dbt test` on its own counts against the candidate that
    stands. -#}
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
                    {% do failed.extend(broken_rules(result) or [result.node.alias]) %}
                {% endif %}
            {% endif %}
        {% endfor %}
        {% set failures = dbt.string_literal(dbt.escape_single_quotes(
            (failed | sort)[:20] | join('; ') ~ (' and ' ~ (failed | length - 20) ~ ' more' if failed | length > 20 else '')
        )) %}
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

{#- The rules that a failed test of `rules` found broken, as text, also printed for a user who called dbt by hand; an empty list for
    any other node. dbt keeps only how many rows a test gave, so the test is asked again: these rows hold no value of the data. -#}
{% macro broken_rules(result) %}
    {% set broken = [] %}
    {% if result.status == 'fail' and (result.node.test_metadata or {}).name == 'rules' %}
        {% for rule, rows in run_query(result.node.compiled_code).rows %}
            {% do broken.append(
                result.node.attached_node.split('.')[-1] ~ ': ' ~ rule ~ ' (' ~ rows ~ (' row breaks it)' if rows == 1 else ' rows break it)')
            ) %}
            {% do log('Broken rule of ' ~ broken[-1], info=true) %}
        {% endfor %}
    {% endif %}
    {{ return(broken) }}
{% endmacro %}
