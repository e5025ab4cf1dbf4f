{#- Parses JSON text in one pass into a struct (a map, a list) by a declared shape: a mapping of key to type, or one type.
    Types: text, json, text[], json[], map (text to json), a nested mapping, and a list of one
    mapping for a list of objects. A key that is absent, or whose value does not
    fit its type, is NULL; keys that are not declared are left out. The input must be valid JSON or NULL. -#}
{% macro parse_json(value, shape) -%}
    {{ adapter.dispatch('parse_json')(value, shape) }}
{%- endmacro %}

{% macro duckdb__parse_json(value, shape) -%}
    from_json({{ value }}, '{{ duckdb_json_shape(shape) }}')
{%- endmacro %}

{% macro duckdb_json_shape(shape) -%}
    {%- set types = {
        'text': '"VARCHAR"', 'json': '"JSON"', 'text[]': '["VARCHAR"]', 'json[]': '["JSON"]', 'map': '"MAP(VARCHAR, JSON)"',
    } -%}
    {%- if shape is mapping -%}
        {%- set members = [] -%}
        {%- for key, type in shape.items() -%}
            {%- do members.append('"' ~ key ~ '":' ~ duckdb_json_shape(type)) -%}
        {%- endfor -%}
        { {{- members | join(',') -}} }
    {%- elif shape is not string -%}
        [{{ duckdb_json_shape(shape[0]) }}]
    {%- else -%}
        {{- types[shape] -}}
    {%- endif -%}
{%- endmacro %}

{% macro default__parse_json(value, shape) -%}
    from_json({{ value }}, '{{ spark_json_shape(shape) }}')
{%- endmacro %}

{% macro spark_json_shape(shape) -%}
    {%- set types = {
        'text': 'string', 'json': 'string', 'text[]': 'array<string>', 'json[]': 'array<string>', 'map': 'map<string,string>',
    } -%}
    {%- if shape is mapping -%}
        {%- set members = [] -%}
        {%- for key, type in shape.items() -%}
            {%- do members.append('`' ~ key ~ '`:' ~ spark_json_shape(type)) -%}
        {%- endfor -%}
        struct<{{- members | join(',') -}}>
    {%- elif shape is not string -%}
        array<{{ spark_json_shape(shape[0]) }}>
    {%- else -%}
        {{- types[shape] -}}
    {%- endif -%}
{%- endmacro %}
