{#- A complete select: the endpoints that are switched on and have a key. -#}
{% macro enabled_endpoints() -%}
    select distinct {{ json_text('value') }} as endpoint
    from {{ ref('stg_contactable__settings') }}
    where setting = 'endpoints.enabled'
{%- endmacro %}
