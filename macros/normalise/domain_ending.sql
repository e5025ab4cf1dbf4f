{#- The last labels of a domain, or all of it where it has fewer. -#}
{% macro domain_ending(domain, labels) -%}
    {{ first_match(domain, '([^.]+([.]|$)){1,' ~ labels ~ '}$', 0) }}
{%- endmacro %}
