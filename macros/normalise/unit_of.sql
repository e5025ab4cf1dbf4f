{#- The unit of an address in words (macro address_words): -4b for Apt 4-B, Unit 4B and # 4b alike, -2-4 for Bldg 2 Apt 4; empty
    where there is none. The designator tells nothing: one vendor's suite is another's #. -#}
{% macro unit_of(words) -%}
    {%- set patterns = address_patterns() -%}
    {%- set unit = "replace(" ~ first_match(words, patterns.units, 1) ~ ", '-', '')" -%}
    case
        when {{ is_po_box(words) }} then ''
        else {{ replace_all(unit, ' ?(( ' ~ patterns.designators | replace('|', '| ') ~ ') ?#?|#) ?', '-') }}
    end
{%- endmacro %}
