{#- The streams that have a base and a staging model: the staging model whose records are counted, and whether it also holds
    rows for subjects without a record. A new stream is a line here, a column list and two models. -#}
{% macro staged_streams() %}
    {{ return([
        {'vendor': 'bigdbm', 'stream': 'intent_hems', 'has_misses': false},
        {'vendor': 'bigdbm', 'stream': 'consumer_profiles', 'has_misses': true},
        {'vendor': 'bigdbm', 'stream': 'b2b_contacts', 'has_misses': true},
        {'vendor': 'bigdbm', 'stream': 'phone_scores', 'has_misses': false},
        {'vendor': 'bigdbm', 'stream': 'email_statuses', 'has_misses': true},
        {'vendor': 'contactbased', 'stream': 'feeds', 'has_misses': false},
        {'vendor': 'contactbased', 'stream': 'credit_balances', 'has_misses': false},
        {'vendor': 'contactbased', 'stream': 'feed_totals', 'has_misses': false},
        {'vendor': 'contactbased', 'stream': 'export_previews', 'has_misses': false},
        {'vendor': 'contactbased', 'stream': 'export_counts', 'has_misses': false},
        {'vendor': 'contactbased', 'stream': 'exports', 'has_misses': false},
        {'vendor': 'contactbased', 'stream': 'export_rows', 'has_misses': false},
        {'vendor': 'contactbased', 'stream': 'bundles', 'has_misses': false},
        {'vendor': 'contactbased', 'stream': 'individual_core', 'has_misses': true},
        {'vendor': 'contactbased', 'stream': 'emails', 'has_misses': true},
        {'vendor': 'contactbased', 'stream': 'phones', 'has_misses': true},
        {'vendor': 'contactbased', 'stream': 'professional', 'has_misses': true},
        {'vendor': 'exactbuyer', 'stream': 'contacts', 'has_misses': true},
        {'vendor': 'leadpipe', 'stream': 'audience_members', 'has_misses': false},
        {'vendor': 'leadpipe', 'stream': 'topics', 'has_misses': false},
    ]) }}
{% endmacro %}
