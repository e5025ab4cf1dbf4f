{#- The records that ContactBased delivers, by stream: key -> type (parse_json). -#}
{% macro columns_contactbased(stream) %}
    {%- set streams = {} -%}

    {#- One bundle, where the vendor lists them as objects instead of plain keys. Names assumed. -#}
    {%- do streams.update({'bundles': {
        'key': 'text',
        'label': 'text',
    }}) -%}

    {#- The credit pool. ContactBased documents one org-wide records pool; names assumed. -#}
    {%- do streams.update({'credit_balances': {
        'records_limit': 'text',
        'records_used': 'text',
        'records_reserved': 'text',
        'records_remaining': 'text',
        'period_start': 'text',
        'period_end': 'text',
    }}) -%}

    {#- The bundles of enrichment: bundle -> the record under `data`. Contents documented, names assumed but for last_seen. -#}
    {%- do streams.update({'enrichments': {
        'individual_core': {
            'first_name': 'text',
            'last_name': 'text',
            'gender': 'text',
            'birth_year': 'text',
            'age_range': 'text',
            'address': 'text',
            'city': 'text',
            'state': 'text',
            'zip': 'text',
        },
        'emails': {
            'emails': 'json',
        },
        'phones': {
            'phones': 'json',
        },
        'location': {
            'address': 'text',
            'city': 'text',
            'state': 'text',
            'zip': 'text',
            'zip4': 'text',
            'county': 'text',
            'latitude': 'text',
            'longitude': 'text',
            'dma': 'text',
        },
        'professional': {
            'job_title': 'text',
            'seniority': 'text',
            'department': 'text',
            'company_name': 'text',
            'company_domain': 'text',
            'industry': 'text',
            'linkedin_url': 'text',
        },
        'auto': {
            'vehicle_count': 'text',
            'vehicles': 'json',
        },
        'interests': {
            'interests': 'json',
        },
        'donor': {
            'is_donor': 'text',
            'causes': 'json',
        },
        'household': {
            'household_size': 'text',
            'has_children': 'text',
            'home_owner': 'text',
            'home_value_range': 'text',
            'dwelling_type': 'text',
            'year_built': 'text',
        },
        'purchases': {
            'categories': 'json',
            'last_purchase_date': 'text',
        },
        'financial': {
            'credit_range': 'text',
            'income_range': 'text',
            'net_worth_range': 'text',
            'investor': 'text',
        },
    }}) -%}

    {#- A count. Names assumed. -#}
    {%- do streams.update({'export_counts': {
        'total_records': 'text',
        'distinct_contacts': 'text',
        'billable_records': 'text',
    }}) -%}

    {#- The signed address of a finished file. It opens the file to anyone who has it, so it stays in raw. Names assumed. -#}
    {%- do streams.update({'export_files': {
        'export_id': 'text',
        'url': 'text',
        'download_url': 'text',
        'expires_at': 'text',
        'expires_in': 'text',
    }}) -%}

    {#- A preview. Names assumed. -#}
    {%- do streams.update({'export_previews': {
        'columns': 'json',
        'rows': 'json',
        'total_records': 'text',
        'count_skipped': 'text',
        'start_date': 'text',
        'end_date': 'text',
    }}) -%}

    {#- One row of an export page. Only contact_id is documented; the bundle columns appear when an export asked for them. -#}
    {%- do streams.update({'export_rows': {
        'contact_id': 'text',
        'email_sha256': 'text',
        'domain': 'text',
        'topic': 'text',
        'date': 'text',
        'record_count': 'text',
        'individual_core': 'json',
        'emails': 'json',
        'phones': 'json',
        'location': 'json',
        'professional': 'json',
        'auto': 'json',
        'interests': 'json',
        'donor': 'json',
        'household': 'json',
        'purchases': 'json',
        'financial': 'json',
    }}) -%}

    {#- An export summary. status, build_progress, build_error and the options are documented; the other names are assumed. -#}
    {%- do streams.update({'exports': {
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
    }}) -%}

    {#- How many feeds the organisation may create itself. The limit is documented, names assumed. -#}
    {%- do streams.update({'feed_limits': {
        'feed_limit': 'text',
        'feeds_created': 'text',
        'feeds_remaining': 'text',
    }}) -%}

    {#- A free text resolved into domains, or saved as a feed. Two modes documented, names assumed. -#}
    {%- do streams.update({'feed_previews': {
        'query': 'text',
        'saved': 'text',
        'feed_id': 'text',
        'domains': 'json',
        'summary': 'json',
    }}) -%}

    {#- Totals of a feed. Names: ContactBased's published search sample; the cb_id spelling is an older alias. -#}
    {%- do streams.update({'feed_totals': {
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
    }}) -%}

    {#- One feed. ContactBased documents what a feed is (domains, topics or free text), not its keys; names assumed. -#}
    {%- do streams.update({'feeds': {
        'feed_id': 'text',
        'name': 'text',
        'feed_type': 'text',
        'query': 'text',
        'domain_count': 'text',
        'max_lookback_days': 'text',
        'created_at': 'text',
        'updated_at': 'text',
    }}) -%}

    {#- One consumer filter field. Operators, labels and categories are documented, names assumed. -#}
    {%- do streams.update({'filter_fields': {
        'field': 'text',
        'label': 'text',
        'category': 'text',
        'type': 'text',
        'operators': 'json',
    }}) -%}

    {#- One value of a filter field. Names assumed; plain values are accepted too. -#}
    {%- do streams.update({'filter_values': {
        'value': 'text',
        'count': 'text',
    }}) -%}

    {{ return(streams[stream]) }}
{% endmacro %}

{#- What an answer of ContactBased says beside its records, by stream: key -> type. -#}
{% macro envelope_contactbased(stream) %}
    {%- set streams = {} -%}

    {#- What an export page says about itself. status is documented, the other names are assumed. -#}
    {%- do streams.update({'export_rows': {
        'export_id': 'text',
        'status': 'json',
        'page': 'text',
        'total_pages': 'text',
        'total_rows': 'text',
        'row_count': 'text',
    }}) -%}

    {{ return(streams[stream]) }}
{% endmacro %}

{#- A key of the parsed record `fields`, where the row's bundle is one that declares it: what a bundle sends beyond its own keys
    is counted in schema_drift and read nowhere. -#}
{% macro contactbased_field(key) -%}
    {%- set declaring = [] -%}
    {%- for bundle, columns in columns_contactbased('enrichments').items() if key in columns -%}
        {%- do declaring.append(bundle) -%}
    {%- endfor -%}
    case when bundle in ('{{ declaring | join("', '") }}') then fields.{{ key }} end
{%- endmacro %}
