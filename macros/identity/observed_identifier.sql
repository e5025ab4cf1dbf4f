{#- The columns of one identifier that a row of `relation` carries, in the order in which int_identity__identifiers unites its sources:
    its type and value (SQL), when it was observed, and whether the evidence is nothing but a hash. `at` is the moment where a row has
    one (observed_at) instead of a first and a last. -#}
{% macro observed_identifier(relation, type, value, is_hash_only='false', at=none) -%}
    {{ relation }}.evidence_id,
    {{ relation }}.vendor,
    {{ type }} as identifier_type,
    {{ value }} as identifier_value,
    {{ relation }}.record_id,
    {{ is_hash_only }} as is_hash_only,
    {{ relation }}.{{ at or 'first_observed_at' }} as first_observed_at,
    {{ relation }}.{{ at or 'last_observed_at' }} as last_observed_at
{%- endmacro %}
