{#- The records that ExactBuyer delivers, by stream: key -> type (parse_json). -#}
{% macro columns_exactbuyer(stream) %}
    {%- set streams = {} -%}

    {#- One enriched contact. full_name is documented; names, gender, current_work_email, phone_numbers, social_profiles, location,
        employment and education are known from public clients; the rest is assumed. -#}
    {%- do streams.update({'contacts': {
        'full_name': 'text',
        'first_name': 'text',
        'last_name': 'text',
        'gender': 'text',
        'birth_year': 'text',
        'summary': 'text',
        'current_work_email': 'text',
        'work_emails': 'json',
        'personal_emails': 'json',
        'phone_numbers': 'json',
        'social_profiles': 'json',
        'location': 'json',
        'employment': 'json',
        'education': 'json',
        'skills': 'json',
        'experiences': 'json',
    }}) -%}

    {{ return(streams[stream]) }}
{% endmacro %}
