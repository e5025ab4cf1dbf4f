{#- Schemas are the plain names of the layers (raw, staging, intermediate, worklists, marts, gates, seeds): the home
    folder already separates one user's warehouse from another's. -#}
{% macro generate_schema_name(custom_schema_name, node) %}
    {{- custom_schema_name | trim if custom_schema_name else target.schema -}}
{% endmacro %}
