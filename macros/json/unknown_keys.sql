{#- The keys of a JSON object that are not among the declared ones: what the vendor sends and we do not read. -#}
{% macro unknown_keys(record, columns) -%}
    {{ adapter.dispatch('unknown_keys')(record, columns) }}
{%- endmacro %}

{% macro duckdb__unknown_keys(record, columns) -%}
    list_filter(json_keys({{ record }}), lambda name: name not in ('{{ columns | join("', '") }}'))
{%- endmacro %}

{% macro default__unknown_keys(record, columns) -%}
    array_except(json_object_keys({{ record }}), array('{{ columns | join("', '") }}'))
{%- endmacro %}
