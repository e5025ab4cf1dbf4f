{#- The columns of every base model, in order. -#}
{% macro base_columns() %}
    {{ return([
        'record_id', 'content_hash', 'request_id', 'segment', 'run_id', 'vendor', 'endpoint', 'extraction_id', 'page',
        'question_key', 'subject_type', 'subject_value', 'ordinal', 'copy', 'fetched_at', 'options', 'envelope', 'record',
        'is_match', 'quarantine_rule', 'quarantine_reason', 'warning', 'unknown_keys',
    ]) }}
{% endmacro %}
