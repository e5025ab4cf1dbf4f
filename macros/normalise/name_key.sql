{#- A name (of a person, a company, a town) as identity compares it: lower case without accents, blanks and punctuation.
    O'Brien is obrien, Muñoz is munoz, 田中 stays 田中. NULL where no letter and no digit is left. -#}
{% macro name_key(value) -%}
    {%- set letters = replace_all(value, '[^\\p{L}\\p{M}\\p{N}]+', '') -%}
    {{ let('letters', letters, "nullif(" ~ fold_text('letters') ~ ", '')") }}
{%- endmacro %}
