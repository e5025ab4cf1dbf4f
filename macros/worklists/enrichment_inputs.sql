{#- What each endpoint of the enrich wave can be asked with. One entry an endpoint and kind of subject:

    subject_type   kind in int_worklists__subjects
    rank           which identifier of a person goes first at this endpoint (an answer about one is an answer about the person)
    discovered     takes what discovery brought, too; otherwise the first-party list only
    sent_as        text, ten_digits (a number without +1) or md5 (the hash of an address)
    options        which fields go with it: output, b2b_output, age_output, zip4_output, required_fields or none
    record         what is sold: endpoints that sell the same record sell the same person twice
    person         the answer is about the person that the subject names (not about a household, a company or a street) -#}
{% macro enrichment_inputs() -%}
    {%- set consumer = {'options': 'output', 'record': 'bigdbm.consumer_profiles'} -%}
    {%- set b2b = {'options': 'b2b_output', 'record': 'bigdbm.b2b_contacts'} -%}
    {%- set place = {'person': false} -%}
    {%- set exactbuyer = {'options': 'required_fields', 'record': 'exactbuyer.contacts'} -%}
    {%- set inputs = [
        dict(endpoint='bigdbm.consumer_email_md5', subject_type='email_md5', discovered=true, **consumer),
        dict(endpoint='bigdbm.consumer_email', subject_type='email', discovered=true, **consumer),
        dict(endpoint='bigdbm.consumer_pii_validated', subject_type='pii', **consumer),
        dict(endpoint='bigdbm.consumer_pii', subject_type='pii', **consumer),
        dict(endpoint='bigdbm.consumer_phone', subject_type='phone', sent_as='ten_digits', **consumer),
        dict(endpoint='bigdbm.consumer_linkedin', subject_type='linkedin', **consumer),
        dict(endpoint='bigdbm.consumer_linkedin', subject_type='sales_navigator_id', rank=2, **consumer),
        dict(endpoint='bigdbm.consumer_id', subject_type='bigdbm_id', **consumer),
        dict(endpoint='bigdbm.consumer_maid', subject_type='maid', **consumer),
        dict(endpoint='bigdbm.consumer_vin', subject_type='vin', **dict(consumer, **place)),
        dict(endpoint='bigdbm.consumer_address', subject_type='address', **dict(consumer, **place)),
        dict(endpoint='bigdbm.consumer_ip', subject_type='ip', **dict(consumer, **place)),
        dict(endpoint='bigdbm.consumer_md5_age', subject_type='email', discovered=true, sent_as='md5', options='age_output'),
        dict(endpoint='bigdbm.consumer_md5_age', subject_type='email_md5', discovered=true, options='age_output'),
        dict(endpoint='bigdbm.consumer_gzai', subject_type='zip4', discovered=true, options='zip4_output', **place),
        dict(endpoint='bigdbm.b2b_email', subject_type='email', discovered=true, **b2b),
        dict(endpoint='bigdbm.b2b_email_md5', subject_type='email_md5', discovered=true, **b2b),
        dict(endpoint='bigdbm.b2b_linkedin', subject_type='linkedin', **b2b),
        dict(endpoint='bigdbm.b2b_linkedin', subject_type='sales_navigator_id', rank=2, **b2b),
        dict(endpoint='bigdbm.b2b_phone', subject_type='phone', sent_as='ten_digits', **b2b),
        dict(endpoint='bigdbm.b2b_maid', subject_type='maid', **b2b),
        dict(endpoint='bigdbm.b2b_company', subject_type='company', **dict(b2b, **place)),
        dict(endpoint='bigdbm.b2b_address', subject_type='business_address', **dict(b2b, **place)),
        dict(endpoint='bigdbm.b2b_ip', subject_type='ip', **dict(b2b, **place)),
        dict(endpoint='exactbuyer.bulk_enrich', subject_type='email', discovered=true, rank=1, **exactbuyer),
        dict(endpoint='exactbuyer.bulk_enrich', subject_type='linkedin', rank=2, **exactbuyer),
        dict(endpoint='exactbuyer.bulk_enrich', subject_type='phone', rank=3, **exactbuyer),
    ] -%}
    {%- for bundle in contactbased_bundles() -%}
        {%- do inputs.append(dict(
            endpoint='contactbased.enrich_' ~ bundle, subject_type='contactbased_id', discovered=true, bundle=bundle,
        )) -%}
    {%- endfor -%}
    {{ return(inputs) }}
{%- endmacro %}
