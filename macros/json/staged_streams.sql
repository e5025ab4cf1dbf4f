{#- The streams that have a base and a staging model, and whether the staging model also holds rows for subjects without a record.
    Where it is not one of the stream's name: `staged_in`, the staging models that share its records, and `reported_as`, its names in
    the marts (reported_stream). A new stream is a line here, a column list and two models. -#}
{% macro staged_streams() %}
    {{ return([
        {'vendor': 'bigdbm', 'stream': 'intent_hems', 'has_misses': false},
        {'vendor': 'bigdbm', 'stream': 'consumer_profiles', 'has_misses': true},
        {'vendor': 'bigdbm', 'stream': 'b2b_contacts', 'has_misses': true},
        {'vendor': 'bigdbm', 'stream': 'age_bands', 'has_misses': true},
        {'vendor': 'bigdbm', 'stream': 'zip4_insights', 'has_misses': true},
        {'vendor': 'bigdbm', 'stream': 'pii_counts', 'has_misses': false},
        {'vendor': 'bigdbm', 'stream': 'intent_topics_by_md5', 'has_misses': false},
        {'vendor': 'bigdbm', 'stream': 'audiences', 'has_misses': false},
        {'vendor': 'bigdbm', 'stream': 'audience_members', 'has_misses': false},
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
        {'vendor': 'contactbased', 'stream': 'feed_limits', 'has_misses': false},
        {'vendor': 'contactbased', 'stream': 'feed_previews', 'has_misses': false},
        {'vendor': 'contactbased', 'stream': 'export_files', 'has_misses': false},
        {'vendor': 'contactbased', 'stream': 'filter_fields', 'has_misses': false},
        {'vendor': 'contactbased', 'stream': 'filter_values', 'has_misses': false},
        {
            'vendor': 'contactbased', 'stream': 'enrichments', 'has_misses': true,
            'staged_in': ['enrichments', 'emails', 'phones', 'auto'], 'reported_as': contactbased_bundles(),
        },
        {'vendor': 'exactbuyer', 'stream': 'contacts', 'has_misses': true},
        {'vendor': 'leadpipe', 'stream': 'audience_members', 'has_misses': false},
        {'vendor': 'leadpipe', 'stream': 'topics', 'has_misses': false},
        {'vendor': 'leadpipe', 'stream': 'filters', 'has_misses': false},
        {'vendor': 'leadpipe', 'stream': 'audience_previews', 'has_misses': false},
        {'vendor': 'leadpipe', 'stream': 'audiences', 'has_misses': false},
        {'vendor': 'leadpipe', 'stream': 'runs', 'has_misses': false},
    ]) }}
{% endmacro %}

{#- A stream as the marts name it, from its name and the endpoint that delivered: an enrichment goes by its bundle. -#}
{% macro reported_stream(stream, endpoint) -%}
    coalesce({{ contactbased_bundle(endpoint) }}, {{ stream }})
{%- endmacro %}
