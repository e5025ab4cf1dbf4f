{#- One row of an export page. Only contact_id is documented; the bundle columns appear when an export asked for them. -#}
{% macro columns_contactbased__export_rows() %}
    {{ return({
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
    }) }}
{% endmacro %}
