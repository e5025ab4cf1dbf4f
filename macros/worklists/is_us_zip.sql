{#- Whether the postal code of a record (a relation with zip and home_country) is a ZIP of the United States: the only addresses
    that vendors are asked about. Five digits alone are a German or French code, too. -#}
{% macro is_us_zip(relation) -%}
    ({{ matches(relation ~ '.zip', '[0-9]{5}') }} and coalesce({{ relation }}.home_country, 'US') in ('US', 'PR', 'VI', 'GU', 'AS', 'MP'))
{%- endmacro %}
