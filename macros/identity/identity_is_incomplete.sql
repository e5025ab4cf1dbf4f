{#- true where a table is missing that a resolve of only what is new adds to, or where all are made anew (--full-refresh). -#}
{% macro identity_is_incomplete() -%}
    {%- set missing = [] -%}
    {%- for table in [
        'int_contacts__email_addresses', 'int_identity__names', 'int_identity__identifiers', 'int_identity__invalid_identifiers',
        'int_identity__evidence', 'int_identity__name_groups', 'int_identity__cuts', 'int_identity__proposed_links',
        'int_identity__links', 'int_identity__assignments', 'int_identity__resolves', 'int_identity__plan',
    ] if adapter.get_relation(this.database, this.schema, table) is none -%}
        {%- do missing.append(table) -%}
    {%- endfor -%}
    {{ 'true' if missing or flags.FULL_REFRESH else 'false' }}
{%- endmacro %}
