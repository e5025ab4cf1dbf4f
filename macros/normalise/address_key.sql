{#- A street address as households compare it: letters and digits in lower case, then the ZIP. NULL where either is missing. -#}
{% macro address_key(address, zip) -%}
    nullif({{ replace_all('lower(' ~ address ~ ')', '[^a-z0-9]', '') }}, '') || '|' || {{ zip }}
{%- endmacro %}
