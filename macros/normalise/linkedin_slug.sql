{#- The slug of a personal LinkedIn profile (what stands after /in/), in lower case; NULL for company pages, Sales Navigator
    ids and anything else. -#}
{% macro linkedin_slug(value) -%}
    nullif(regexp_extract(lower(trim({{ value }})), '(^|/)in/([^/?# ]+)', 2), '')
{%- endmacro %}
