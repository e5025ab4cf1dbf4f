{#- A complete select of one number: rows whose contact_key is not in contacts. -#}
{% macro measure_orphans(relation) -%}
    select count(*) as orphan_contacts
    from {{ relation }}
    left join contacts on {{ relation }}.contact_key = contacts.contact_key
    where contacts.contact_key is null
{%- endmacro %}
