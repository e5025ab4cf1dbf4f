{#- A JSON object from a mapping of key to SQL, keys in alphabetical order and without those that are NULL: the canonical form in
    which a request's options are part of its question. Values of SQL type json stay JSON. -#}
{% macro options_json(members) -%}
    {{ adapter.dispatch('options_json')(members) }}
{%- endmacro %}

{% macro duckdb__options_json(members) -%}
    cast(
        json_merge_patch(
            '{}',
            json_object({% for key in members | sort %}'{{ key }}', {{ members[key] }}{{ ', ' if not loop.last }}{% endfor %})
        ) as varchar
    )
{%- endmacro %}

{% macro default__options_json(members) -%}
    to_json(named_struct({% for key in members | sort %}'{{ key }}', {{ members[key] }}{{ ', ' if not loop.last }}{% endfor %}))
{%- endmacro %}
