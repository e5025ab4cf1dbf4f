{#- The host of the web address or bare domain that a text holds: lower case, without scheme, www., port and path. Of several the first (macro
    domains_in has them all). NULL where there is no dot, where the last part is a number (an IP address) or where it is longer than a
    name may be (253 characters). Letters beyond ASCII pass. At most 2048 characters count. -#}
{% macro normalise_domain(value) -%}
    {{ first_element(domains_in(value)) }}
{%- endmacro %}
