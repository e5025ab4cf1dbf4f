{#- An attribute's value as persons would compare it: what is equal here is no conflict, and its vendors agree. NULL compares with
    nothing: an initial beside a first name, lists of interests (two lists add up, they do not contradict). `formal` is the given
    name in its formal form (seed nicknames). -#}
{% macro compared_value(attribute, value, formal) -%}
    case
        when {{ attribute }} = 'first_name' then case when length({{ formal }}) > 1 then {{ formal }} end
        when {{ attribute }} = 'last_name' then {{ last_name_key(value) }}
        when {{ attribute }} = 'city' then {{ name_key(value) }}
        when {{ attribute }} = 'job_title' then {{ job_title_key(value) }}
        when {{ attribute }} = 'address' then {{ address_key(value, "''") }}
        when {{ attribute }} = 'company_name' then {{ company_name_key(value) }}
        when {{ attribute }} = 'home_owner' then replace({{ value }}, 'probable_', '')
        when {{ attribute }} in ('causes', 'interests', 'purchase_categories', 'education', 'social_profiles') then null
        else lower({{ value }})
    end
{%- endmacro %}
