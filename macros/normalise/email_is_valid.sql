{#- Whether a normalised address can be an address: one @, a dot-atom before it that begins with none of ' % = * / ? (no provider gives such
    an address: it is what stood before one, 2026-12-01), a domain with a dot after it, at most 200 characters (the limit of BIGDBM's
    validator, developer docs, Batch Email Validation). FALSE is "malformed", which no vendor needs to be asked about; NULL for NULL. -#}
{% macro email_is_valid(email) -%}
    {%- set atom = "[a-z0-9!#$%&\\x27*+/=?^_{|}~-]+" -%}
    {%- set label = "[a-z0-9]([a-z0-9-]*[a-z0-9])?" -%}
    {%- set well_formed = matches(email, '[a-z0-9!#$&+^_{|}~-]([a-z0-9!#$%&\\x27*+/=?^_{|}~-]*)([.]' ~ atom ~ ')*@(' ~ label ~ '[.])+[a-z][a-z0-9-]*[a-z0-9]') -%}
    case when length({{ email }}) <= 200 then {{ well_formed }} when {{ email }} is not null then false end
{%- endmacro %}
