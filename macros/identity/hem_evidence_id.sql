{#- The evidence of an intent row: the vendor's contact id, else the e-mail address in the row, else the bare hash. Thousands of
    rows with one hash are one evidence. -#}
{% macro hem_evidence_id(vendor, contact_id, hem, email) -%}
    case
        when {{ contact_id }} is not null then {{ vendor }} || ':' || {{ contact_id }}
        when {{ email }} is not null then {{ vendor }} || ':member:' || coalesce({{ hem }}, '') || ':' || {{ email }}
        else {{ vendor }} || ':hem:' || {{ hem }}
    end
{%- endmacro %}
