{#- Who is asked about at an endpoint, whatever the options: the same subject under other options is another question about the
    same subject. All SQL. -#}
{% macro subject_key(endpoint, subject_type, subject_value) -%}
    md5(concat_ws('|', {{ endpoint }}, {{ subject_type }}, {{ subject_value }}))
{%- endmacro %}
