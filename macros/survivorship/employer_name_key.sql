{#- An employer's name without punctuation and legal form, as persons compare it: Acme, Inc. is Acme. A name that is nothing but a legal
    form stays as it is. Legal forms of general use (2026-11-21). -#}
{% macro employer_name_key(value) -%}
    {%- set forms = 'incorporated|inc|l ?l ?c|pllc|ltd|limited|corporation|corp|company|co|plc|l ?l ?p|lp|gmbh|ag|s ?a|b ?v|n ?v' -%}
    {%- set spaced = "trim(" ~ replace_all('lower(' ~ value ~ ')', '[.,()]+', ' ') ~ ")" -%}
    {{ name_key(replace_all(spaced, '( +(' ~ forms ~ '))+ *$', '')) }}
{%- endmacro %}
