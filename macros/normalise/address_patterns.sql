{#- Regular expressions on an address in words (macro address_words).
    units     one or more units at its end, each a designator (USPS Publication 28, Appendix C2) or # with its number or letter
    po_box    a post office box, in group 2 its number -#}
{% macro address_patterns() -%}
    {%- set designators = 'apt|apartment|unit|ste|suite|bldg|building|fl|flr|floor|rm|room|lot|spc|space|trlr|trailer|dept|pmb|no|ph' -%}
    {{ return({
        'designators': designators,
        'units': '(( (' ~ designators ~ ')( ?#? ?[0-9][a-z0-9-]*| #? ?[a-z][0-9-]*)| ?# ?[a-z0-9-]+)+)$',
        'po_box': '^(p ?o ?|post office )?box ?#? ?([0-9][0-9a-z-]*)',
    }) }}
{%- endmacro %}
