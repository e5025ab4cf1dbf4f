{#- Bundle emails, a list of addresses. last_seen is documented, the other names are assumed. -#}
{% macro columns_contactbased__emails() %}
    {{ return({
        'emails': 'json[]',
    }) }}
{% endmacro %}
