{#- The worklists, one an endpoint. -#}
{% macro worklist_models() %}
    {{ return([
        'worklist_contactbased_feeds',
        'worklist_contactbased_credits',
        'worklist_contactbased_bundles',
        'worklist_leadpipe_topics',
        'worklist_bigdbm_intent_create_list',
        'worklist_contactbased_feed_search',
        'worklist_contactbased_export',
        'worklist_leadpipe_audience_query',
        'worklist_bigdbm_consumer_email_md5',
        'worklist_bigdbm_consumer_email',
        'worklist_bigdbm_b2b_email',
        'worklist_contactbased_enrich_individual_core',
        'worklist_contactbased_enrich_emails',
        'worklist_contactbased_enrich_phones',
        'worklist_contactbased_enrich_professional',
        'worklist_exactbuyer_bulk_enrich',
        'worklist_bigdbm_opql',
        'worklist_bigdbm_email_batch',
    ]) }}
{% endmacro %}
