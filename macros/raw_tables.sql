{#- The columns of every raw table, by table name, as lists of [column, type].

    The streams are those of the variable `streams` in dbt_project.yml, which contactable.warehouse reads too. It holds the other
    tables in Python, because it loads before dbt runs; a contract test compares the two. -#}
{% macro raw_tables() %}
    {% set answer = [
        ['request_id', 'varchar'], ['segment', 'varchar'], ['vendor', 'varchar'], ['endpoint', 'varchar'],
        ['run_id', 'varchar'], ['subjects', 'varchar'], ['options', 'varchar'], ['status_code', 'integer'],
        ['body', 'varchar'], ['fetched_at', 'timestamp'], ['loaded_at', 'timestamp'],
    ] %}
    {% set tables = {
        'segments': [
            ['segment', 'varchar'], ['stream', 'varchar'], ['answers', 'bigint'], ['sha256', 'varchar'],
            ['loaded_at', 'timestamp'],
        ],
        'first_party': [
            ['row_key', 'varchar'], ['source_file', 'varchar'], ['line_number', 'integer'], ['external_id', 'varchar'],
            ['email', 'varchar'], ['phone', 'varchar'], ['linkedin_url', 'varchar'], ['first_name', 'varchar'],
            ['last_name', 'varchar'], ['full_name', 'varchar'], ['address', 'varchar'], ['city', 'varchar'],
            ['state', 'varchar'], ['zip', 'varchar'], ['country', 'varchar'], ['company_name', 'varchar'],
            ['company_domain', 'varchar'], ['maid', 'varchar'], ['ip', 'varchar'], ['vin', 'varchar'],
            ['email_md5', 'varchar'], ['email_sha1', 'varchar'], ['email_sha256', 'varchar'],
            ['sales_navigator_id', 'varchar'], ['ein', 'varchar'], ['bigdbm_id', 'varchar'], ['contactbased_id', 'varchar'],
            ['extra', 'varchar'], ['first_loaded_at', 'timestamp'],
        ],
        'rejected_rows': [
            ['source_file', 'varchar'], ['line_number', 'integer'], ['rule', 'varchar'], ['reason', 'varchar'],
            ['rejected_at', 'timestamp'],
        ],
        'rejected_subjects': [
            ['question_key', 'varchar'], ['endpoint', 'varchar'], ['vendor', 'varchar'], ['stream', 'varchar'],
            ['rule', 'varchar'], ['reason', 'varchar'], ['rejected_at', 'timestamp'],
        ],
        'settings': [['setting', 'varchar'], ['position', 'integer'], ['value', 'varchar']],
        'journal_requests': [
            ['request_id', 'varchar'], ['run_id', 'varchar'], ['vendor', 'varchar'], ['endpoint', 'varchar'],
            ['product', 'varchar'], ['stream', 'varchar'], ['wave', 'varchar'], ['state', 'varchar'],
            ['attempt', 'integer'], ['server_errors', 'integer'], ['extraction_id', 'varchar'], ['page', 'integer'],
            ['subjects_asked', 'integer'], ['credits_quoted', 'double'], ['credits_charged', 'double'], ['money_quoted_micros', 'bigint'],
            ['money_charged_micros', 'bigint'], ['billing', 'varchar'], ['subjects_matched', 'bigint'],
            ['records_returned', 'bigint'], ['records_reserved', 'bigint'], ['status_code', 'integer'],
            ['error_rule', 'varchar'], ['reserved_at', 'timestamp'], ['sent_at', 'timestamp'], ['settled_at', 'timestamp'],
        ],
        'journal_asked': [
            ['question_key', 'varchar'], ['endpoint', 'varchar'], ['subject_key', 'varchar'], ['request_id', 'varchar'],
            ['state', 'varchar'], ['asked_at', 'timestamp'],
        ],
        'journal_extractions': [
            ['extraction_id', 'varchar'], ['endpoint', 'varchar'], ['question_key', 'varchar'], ['state', 'varchar'],
            ['rows_read', 'bigint'], ['rows_expected', 'bigint'], ['job_id', 'varchar'], ['job_status', 'varchar'],
            ['started_at', 'timestamp'], ['finished_at', 'timestamp'],
        ],
        'runs': [
            ['run_id', 'varchar'], ['command', 'varchar'], ['started_at', 'timestamp'], ['finished_at', 'timestamp'],
            ['exit_code', 'integer'],
        ],
        'gate_results': [
            ['run_id', 'varchar'], ['gate', 'varchar'], ['expectation', 'varchar'], ['column_name', 'varchar'],
            ['passed', 'boolean'], ['observed', 'varchar'], ['threshold', 'varchar'], ['severity', 'varchar'],
            ['judged_at', 'timestamp'], ['build_id', 'varchar'], ['reason', 'varchar'], ['remedy', 'varchar'],
            ['accepted_by', 'varchar'], ['accepted_because', 'varchar'], ['accepted_at', 'timestamp'],
        ],
        'candidate': [
            ['build_id', 'varchar'], ['command', 'varchar'], ['started_at', 'timestamp'], ['finished_at', 'timestamp'],
            ['nodes_missing', 'integer'], ['failures', 'varchar'], ['changed_by', 'varchar'],
        ],
        'publications': [
            ['publication_id', 'varchar'], ['published_at', 'timestamp'], ['table_name', 'varchar'],
            ['row_count', 'bigint'],
        ],
        'suppressions': [
            ['identifier_type', 'varchar'], ['identifier_hash', 'varchar'], ['scope', 'varchar'],
            ['reason', 'varchar'], ['added_at', 'timestamp'],
        ],
    } %}
    {% for vendor, names in var('streams').items() %}
        {% for name in names %}
            {% do tables.update({vendor ~ '__' ~ name: answer}) %}
        {% endfor %}
    {% endfor %}
    {{ return(tables) }}
{% endmacro %}
