{#- The bundles of enrichment: bundle -> the record under `data`. Contents documented, names assumed but for last_seen. -#}
{% macro columns_contactbased__enrichments() %}
    {{ return({
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
            'emails': 'json[]',
        },
        'phones': {
            'phones': 'json[]',
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
            'vehicles': 'json[]',
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
    }) }}
{% endmacro %}

{#- A key of the parsed record `fields`, where the row's bundle is one that declares it: what a bundle sends beyond its own keys
    is counted in schema_drift and read nowhere. -#}
{% macro contactbased_field(key) -%}
    {%- set declaring = [] -%}
    {%- for bundle, columns in columns_contactbased__enrichments().items() if key in columns -%}
        {%- do declaring.append(bundle) -%}
    {%- endfor -%}
    case when bundle in ('{{ declaring | join("', '") }}') then fields.{{ key }} end
{%- endmacro %}
