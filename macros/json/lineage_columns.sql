{#- The columns that every staging model carries in front: which record, asked by which question, answered when. -#}
{% macro lineage_columns(relation=none) -%}
    {%- for column in [
        'record_id', 'request_id', 'run_id', 'vendor', 'endpoint', 'question_key', 'subject_type', 'subject_value',
        'fetched_at', 'content_hash',
    ] -%}
        {{ relation ~ '.' if relation }}{{ column }}{{ ',\n        ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
