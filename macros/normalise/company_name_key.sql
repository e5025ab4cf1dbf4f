{#- A company's name to compare: its words (macro words) without "the" before and legal forms behind them, without blanks. Acme, Inc.
    and The ACME Corporation are acme; a name that is nothing but a legal form stays. -#}
{% macro company_name_key(value) -%}
    {%- set forms = 'inc|incorporated|llc|l l c|llp|l l p|lp|pllc|ltd|limited|corp|corporation|co|company|plc|gmbh|ag|bv|b v|nv|n v|sa|s a|sas|sarl|srl|spa|ab|as|oy|pty|pvt|kg|kgaa' -%}
    {%- set bare = replace_all(replace_all('words', '^the (.)', group_reference(1)), '( (' ~ forms ~ '))+$', '') -%}
    {{ let('words', words(fold_text('left(' ~ value ~ ', 256)')), "replace(" ~ bare ~ ", ' ', '')") }}
{%- endmacro %}
