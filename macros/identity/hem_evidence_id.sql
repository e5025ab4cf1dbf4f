{#- The person of an intent row, as far as its vendor tells: the vendor's contact id, else the e-mail it came with, else the
    bare hash. Thousands of rows with one hash say the same thing about identity: they are one piece of evidence. -#}
{% macro hem_evidence_id(vendor, contact_id, hem, email) -%}
    case
        when {{ contact_id }} is not null then {{ vendor }} || ':' || {{ contact_id }}
        when {{ email }} is not null then {{ vendor }} || ':member:' || coalesce({{ hem }}, '') || ':' || {{ email }}
        else {{ vendor }} || ':hem:' || {{ hem }}
    end
{%- endmacro %}
