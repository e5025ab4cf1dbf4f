{#- Whether an address in words (macro address_words) is a post office box. The cheap question comes first. -#}
{% macro is_po_box(words) -%}
    (contains({{ words }}, 'box') and {{ contains_match(words, address_patterns().po_box) }})
{%- endmacro %}
