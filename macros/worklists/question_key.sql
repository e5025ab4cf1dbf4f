{#- What makes two requests the same question: endpoint, kind of subject, the exact text sent and the other fields. All SQL. -#}
{% macro question_key(endpoint, subject_type, subject_value, options) -%}
    md5(concat_ws('|', {{ endpoint }}, {{ subject_type }}, {{ subject_value }}, {{ options }}))
{%- endmacro %}
