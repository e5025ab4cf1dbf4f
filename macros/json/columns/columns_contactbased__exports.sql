{#- An export summary. status, build_progress, build_error and the options are documented; the other names are assumed. -#}
{% macro columns_contactbased__exports() %}
    {{ return({
        'export_id': 'text',
        'feed_id': 'text',
        'name': 'text',
        'status': 'text',
        'build_progress': 'text',
        'build_error': 'text',
        'page_size': 'text',
        'max_rows': 'text',
        'require_contact_id': 'text',
        'consumer_filters': 'json',
        'enrichment_bundles': 'json',
        'lookback_days': 'text',
        'start_date': 'text',
        'end_date': 'text',
        'total_rows': 'text',
        'total_pages': 'text',
        'records_reserved': 'text',
        'created_at': 'text',
        'ready_at': 'text',
    }) }}
{% endmacro %}
