{#- A text as its writer meant it, without what programs put around it and did to it. Every normaliser begins with it. Idempotent: what is not
    at rest after four turns stays as it came. NULL where nothing is left. Most texts are bare already and cost one look.

    In a turn (macro undress_once):
    - UTF-8 that was read as Latin-1 or Windows-1252 (RenÃ©) is read again, where that is certain (macro read_again).
    - HTML entities are their characters, full-width forms plain ones, blanks of any alphabet blanks; invisible characters go (joiners stay
      beside letters of scripts that need them).
    - A spreadsheet's text marks (leading apostrophe, ="...") and quotes around the whole go; 't Hooft keeps what belongs to it.
    - A number that a spreadsheet wrote (12125550122.0, 1.2125550121E+10) is its digits, if all are there; else see macro digits_are_lost. -#}
{% macro undress(value) -%}
    {%- set turn = "case when turn = 'last' and turned <> dressed then " ~ value ~ " else turned end" -%}
    {%- set turned = fold_list(value, ['', '', '', 'last'], 'dressed', 'turn', let('turned', undress_once('dressed'), turn)) -%}
    case when {{ contains_match(value, dressings().any) }} then nullif({{ turned }}, '') else nullif({{ value }}, '') end
{%- endmacro %}
