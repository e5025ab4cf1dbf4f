{#- The keys that this account's consumer output uses for one of our columns, beyond the ones we know (dbt variable
    bigdbm_consumer_fields: our column to a list of the vendor's keys, for example {occupation: [Occupation_Type]}). BIGDBM
    tailors the output before production (developer docs, Consumer Sync APIs). -#}
{% macro account_keys(column) %}
    {{ return(var('bigdbm_consumer_fields', {}).get(column, [])) }}
{% endmacro %}

{#- The first filled value of the account's own keys, then of `known` keys, of a parsed consumer record; a text or NULL. -#}
{% macro account_text(column, known) -%}
    coalesce(
        {%- for key in account_keys(column) %}
            {{ to_text(json_text('record', '$."' ~ key ~ '"')) }},
        {%- endfor %}
        {%- for key in known %}
            {{ to_text('fields.' ~ key) }},
        {%- endfor %}
        cast(null as {{ engine_type('varchar') }})
    )
{%- endmacro %}

{#- One list of texts: those under the account's own keys, then the `known` lists. -#}
{% macro account_lists(column, known) -%}
    {%- set lists = [] -%}
    {%- for key in account_keys(column) -%}
        {%- do lists.append(json_texts('(' ~ parse_json('record', {key: 'json'}) ~ ')."' ~ key ~ '"')) -%}
    {%- endfor -%}
    {{ join_lists(lists + known) }}
{%- endmacro %}
