{#- A folded name without generation suffix and degrees behind it: "smith jr., ph.d." is "smith". A name that is nothing but
    such a word stays: Senior is also a family name. At most 128 characters count; no name is longer. -#}
{% macro name_without_endings(folded) -%}
    {%- set ends = name_endings() -%}
    {%- set ending = '[ ,(]+(' ~ ends.generation ~ '|' ~ ends.degree ~ ')|,[ (]*(' ~ ends.after_comma ~ ')' -%}
    {{ replace_all('left(' ~ folded ~ ', 128)', '((' ~ ending ~ ')[.)]*)+[ ,.)]*$', '') }}
{%- endmacro %}
