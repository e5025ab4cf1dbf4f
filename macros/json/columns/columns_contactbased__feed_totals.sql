{#- Totals of a feed. Names: ContactBased's published search sample; the cb_id spelling is an older alias. -#}
{% macro columns_contactbased__feed_totals() %}
    {{ return({
        'feed_id': 'text',
        'total_records': 'text',
        'records_with_contact_id': 'text',
        'records_with_cb_id': 'text',
        'records_without_contact_id': 'text',
        'records_without_cb_id': 'text',
        'lookback_days': 'text',
        'start_date': 'text',
        'end_date': 'text',
        'daily_counts': 'json',
        'export': 'json',
    }) }}
{% endmacro %}
