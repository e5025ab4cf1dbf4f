{#- The host of a web address or bare domain: lower case, without scheme, www., port and path; NULL where there is no dot. -#}
{% macro normalise_domain(value) -%}
    nullif(
        regexp_extract(lower(trim({{ value }})), '^([a-z]+://)?(www[.])?([a-z0-9-]+([.][a-z0-9-]+)+)', 3), ''
    )
{%- endmacro %}
