{#- A JSON object's text without one key (and without keys that are null). -#}
{% macro json_without(value, key) -%}
    {{ adapter.dispatch('json_without')(value, key) }}
{%- endmacro %}

{% macro duckdb__json_without(value, key) -%}
    cast(json_merge_patch(cast({{ value }} as json), '{"{{ key }}": null}') as varchar)
{%- endmacro %}

{% macro default__json_without(value, key) -%}
    to_json(map_filter(from_json({{ value }}, 'map<string,string>'), (name, member) -> name <> '{{ key }}' and member is not null))
{%- endmacro %}
